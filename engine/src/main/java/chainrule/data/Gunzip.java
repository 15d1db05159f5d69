package chainrule.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * What a gzip file becomes. It fails where few bytes become very many: deflate makes up to 1,032 out of one, so a file of
 * a megabyte could fill the memory; images stay below 20.
 */
final class Gunzip extends FilterInputStream {
    private static final int BUFFER = 1 << 16;
    private static final int MOST_RATIO = 200;

    /** Below this size a high ratio does no harm. */
    private static final long RATIO_FROM = 1 << 20;

    private final Counted packed;
    private long unpacked;

    Gunzip(InputStream packed) throws IOException {
        this(new Counted(packed));
    }

    private Gunzip(Counted packed) throws IOException {
        super(new GZIPInputStream(packed, BUFFER));
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        unpacked += Math.max(0, count);
        if (unpacked > RATIO_FROM && unpacked / packed.given > MOST_RATIO) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%,d packed bytes become at least %,d, more than %d times as many",
                            packed.given,
                            unpacked,
                            MOST_RATIO));
        }
        return count;
    }

    /** The bytes of the file that have been asked for. */
    private static final class Counted extends FilterInputStream {
        private long given;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            given += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            given += Math.max(0, count);
            return count;
        }
    }
}
