/* Base64 against the test vectors of RFC 4648, section 10. */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_rfc_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *text;
    } vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xef\xbe", "/+++"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char text[16];
        base64_text(span_str(vectors[i].bytes), text);
        assert_string_equal(text, vectors[i].text);
        struct err e = {0};
        struct buf out;
        buf_init(&out, sizeof text);
        assert_int_equal(base64_append(&out, span_str(vectors[i].bytes), &e), RC_OK);
        assert_int_equal(out.size, strlen(text));
        assert_memory_equal(out.size > 0 ? (const char *)out.data : "", text, out.size);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rfc_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
