package chainrule.experiments.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Fails if a stream is longer than its limit, before it fills memory or disk. */
class BoundedInputStream extends FilterInputStream {
    private final long most;
    private long given;
    private boolean ended;

    /** @param most the maximum number of bytes */
    BoundedInputStream(InputStream in, long most) {
        super(in);
        this.most = most;
    }

    /** The number of bytes read so far. */
    final long given() {
        return given;
    }

    /** Called with the bytes that have been read. */
    void passed(byte[] bytes, int offset, int length) throws IOException {}

    /** Called once at the end of the stream. */
    void ended() throws IOException {}

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int count = super.read(into, offset, length);
        if (count < 0) {
            ended = true;
            ended();
            return -1;
        }
        given += count;
        if (given > most) {
            throw new IOException(String.format(Locale.ROOT, "it is longer than the %,d bytes expected at most", most));
        }
        passed(into, offset, count);
        return count;
    }

    @Override
    public final long skip(long count) throws IOException {
        byte[] thrown = new byte[Math.clamp(count, 0, 8192)];
        long skipped = 0;
        while (skipped < count) {
            int read = read(thrown, 0, (int) Math.min(thrown.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public final boolean markSupported() {
        return false;
    }
}
