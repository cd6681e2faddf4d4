// SPDX-License-Identifier: GPL-3.0-or-later
// A stand-in for a Pi's HDMI output: an ALSA PCM that opens for one client, takes 16-bit stereo at 48 kHz at the speed
// of time, and writes what it hears to a file. While HEARD.pulled exists the cable is out. Each opening is noted, "open" or "busy", in a second file.
//
//   pcm_type.exclusive { lib "…/libexclusive.so" }
//   pcm.kiosk { type exclusive  heard "…/heard.raw"  notes "…/notes" }
//
// cc -shared -fPIC -DPIC -o libexclusive.so exclusive.c -lasound

#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    snd_pcm_ioplug_t io;
    int notes;
    int heard;
    char *pulled;
    snd_pcm_uframes_t taken; // frames that time has taken since the start
    struct timespec begun;
    int running;
} card_t;

static snd_pcm_uframes_t frames_since(const struct timespec *begun, unsigned int rate) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) / 1e9;
    return (snd_pcm_uframes_t)(seconds * rate);
}

static int card_start(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    clock_gettime(CLOCK_MONOTONIC, &card->begun);
    card->taken = 0;
    card->running = 1;
    return 0;
}

static int card_stop(snd_pcm_ioplug_t *io) {
    ((card_t *)io->private_data)->running = 0;
    return 0;
}

// Never beyond what was written: silence follows, as on HDMI, and no underrun is told.
static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    if (!card->running)
        return 0;
    snd_pcm_uframes_t due = frames_since(&card->begun, io->rate);
    snd_pcm_uframes_t step = due - card->taken;
    snd_pcm_uframes_t queued = io->appl_ptr - io->hw_ptr;
    if (step > queued)
        step = queued;
    // What time took and nobody wrote is lost time, not a debt.
    card->taken = due;
    return (snd_pcm_sframes_t)((io->hw_ptr + step) % io->buffer_size);
}

static snd_pcm_sframes_t card_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                       snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    card_t *card = io->private_data;
    const char *from = (const char *)areas->addr + (areas->first + areas->step * offset) / 8;
    if (access(card->pulled, F_OK) == 0)
        return -ENODEV;
    if (write(card->heard, from, size * 4) < 0)
        return -EIO;
    return (snd_pcm_sframes_t)size;
}

static int card_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *events) {
    unsigned long long ticks;
    (void)count;
    if ((fds->revents & POLLIN) && read(fds->fd, &ticks, sizeof ticks) < 0 && errno != EAGAIN)
        return -errno;
    snd_pcm_sframes_t room = snd_pcm_avail_update(io->pcm);
    *events = room >= (snd_pcm_sframes_t)io->period_size ? POLLOUT : 0;
    return 0;
}

static int card_close(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    close(io->poll_fd);
    close(card->heard);
    close(card->notes);
    free(card->pulled);
    free(card);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = card_start,
    .stop = card_stop,
    .pointer = card_pointer,
    .transfer = card_transfer,
    .poll_revents = card_poll_revents,
    .close = card_close,
};

static int limits(snd_pcm_ioplug_t *io) {
    static const unsigned int access[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
    static const unsigned int format[] = {SND_PCM_FORMAT_S16_LE};
    int err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    if (err >= 0)
        err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    if (err >= 0)
        err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 2, 2);
    if (err >= 0)
        err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, 48000, 48000);
    if (err >= 0)
        err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 1024, 65536);
    if (err >= 0)
        err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 4096, 262144);
    return err;
}

static int open_card(snd_pcm_t **pcm, const char *name, const char *heard, const char *notes, snd_pcm_stream_t stream,
                     int mode) {
    if (stream != SND_PCM_STREAM_PLAYBACK)
        return -EINVAL;
    char *pulled;
    if (asprintf(&pulled, "%s.pulled", heard) < 0)
        return -ENOMEM;
    if (access(pulled, F_OK) == 0) {
        free(pulled);
        return -ENODEV;
    }
    int held = open(notes, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (held < 0) {
        free(pulled);
        return -errno;
    }
    if (flock(held, LOCK_EX | LOCK_NB) < 0) {
        dprintf(held, "busy\n");
        close(held);
        free(pulled);
        return -EBUSY;
    }
    dprintf(held, "open\n");
    card_t *card = calloc(1, sizeof *card);
    card->notes = held;
    card->pulled = pulled;
    card->heard = open(heard, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    card->io.version = SND_PCM_IOPLUG_VERSION;
    card->io.name = "one client only";
    card->io.callback = &callbacks;
    card->io.private_data = card;
    card->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    card->io.poll_events = POLLIN;
    struct itimerspec every = {{0, 5000000}, {0, 5000000}};
    timerfd_settime(card->io.poll_fd, 0, &every, NULL);
    int err = snd_pcm_ioplug_create(&card->io, name, stream, mode);
    if (err >= 0)
        err = limits(&card->io);
    if (err >= 0)
        *pcm = card->io.pcm;
    return err;
}

SND_PCM_PLUGIN_DEFINE_FUNC(exclusive) {
    snd_config_iterator_t place, next;
    const char *heard = NULL, *notes = NULL;
    (void)root;
    snd_config_for_each(place, next, conf) {
        snd_config_t *entry = snd_config_iterator_entry(place);
        const char *id;
        if (snd_config_get_id(entry, &id) < 0)
            continue;
        if (strcmp(id, "heard") == 0)
            snd_config_get_string(entry, &heard);
        if (strcmp(id, "notes") == 0)
            snd_config_get_string(entry, &notes);
    }
    if (!heard || !notes)
        return -EINVAL;
    return open_card(pcmp, name, heard, notes, stream, mode);
}

SND_PCM_PLUGIN_SYMBOL(exclusive);
