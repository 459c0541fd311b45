/*
 * An image as frames: cut, compressed one by one, and put together again.
 *
 * Source of the form: object_reference.h. Threads: pure but for reading and writing.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_FRAMES_H
#define ASSAY_CORE_S3_OBJECT_STORE_FRAMES_H

#include "core/image/object_reference.h"
#include "core/image/route.h"
#include "core/s3/spool.h"

enum { FRAME_BYTES = 8 << 20 };

/* Fills sizes, codec and frames of r. Where the image does not shrink, the codec in r is none, the
 * frames are the image's own bytes and the spool is of no use. */
enum rc frames_pack(const struct image_source *image, struct codec_spec codec, struct spool *spool,
                    struct object_reference *r, struct err *e) MUST_CHECK;

/* A reference may ask for no more memory and disk than frames written here could need. */
enum rc frames_check(const struct object_reference *r, struct err *e) MUST_CHECK;

/* Hands out the image frame by frame. RC_INTEGRITY names the first frame that is not the one that
 * was stored; it and all after it are not handed out. */
enum rc frames_unpack(const struct object_reference *r, const struct spool *spool,
                      enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                      struct err *e) MUST_CHECK;

#endif
