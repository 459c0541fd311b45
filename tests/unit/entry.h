#ifndef ASSAY_TESTS_UNIT_ENTRY_H
#define ASSAY_TESTS_UNIT_ENTRY_H

/* The Makefile includes this before each test file: its main() becomes a function named as the
 * file, which tests/unit/driver.c calls. */
int TEST_FILE(void);
#define main TEST_FILE

#endif
