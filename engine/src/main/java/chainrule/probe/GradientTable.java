package chainrule.probe;

import chainrule.backend.Statistics;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

import java.util.List;
import java.util.Locale;

/** Writes captured gradients as comma-separated values or JSON. */
public final class GradientTable {
    /** The names of the columns of {@link #csvRow}. */
    public static final String CSV_HEADER =
            "step,layer,layer_name,role,tensor,count,max_abs,signed_max,signed_min,mean_abs,l2,zero_share,non_finite";

    private GradientTable() {}

    /** Returns all rows below their header. */
    public static String csv(List<GradientRow> rows) {
        StringBuilder csv = new StringBuilder(CSV_HEADER).append('\n');
        rows.forEach(row -> csv.append(csvRow(row)).append('\n'));
        return csv.toString();
    }

    /** Returns one row with exact values. The cell {@code layer} is empty for a layer without weights. */
    public static String csvRow(GradientRow row) {
        Statistics s = row.statistics();
        return String.join(
                ",",
                String.valueOf(row.step()),
                row.depth() == 0 ? "" : String.valueOf(row.depth()),
                row.layer(),
                role(row),
                row.tensor(),
                String.valueOf(s.count()),
                String.valueOf(row.maxAbs()),
                String.valueOf(row.signedMax()),
                String.valueOf(s.min()),
                String.valueOf(s.meanAbs()),
                String.valueOf(s.l2()),
                String.valueOf(s.zeroShare()),
                String.valueOf(s.nonFinite()));
    }

    /** Returns an array with one object per row; NaN and infinities, which JSON lacks, become strings. */
    public static JsonArray json(List<GradientRow> rows) {
        JsonArray array = new JsonArray();
        for (GradientRow row : rows) {
            Statistics s = row.statistics();
            JsonObject o = new JsonObject();
            o.addProperty("step", row.step());
            o.addProperty("layer", row.depth());
            o.addProperty("layerName", row.layer());
            o.addProperty("role", role(row));
            o.addProperty("tensor", row.tensor());
            o.addProperty("count", s.count());
            o.add("maxAbs", number(row.maxAbs()));
            o.add("signedMax", number(row.signedMax()));
            o.add("signedMin", number(s.min()));
            o.add("meanAbs", number(s.meanAbs()));
            o.add("l2", number(s.l2()));
            o.add("zeroShare", number(s.zeroShare()));
            o.addProperty("nonFinite", s.nonFinite());
            array.add(o);
        }
        return array;
    }

    private static String role(GradientRow row) {
        return row.role().name().toLowerCase(Locale.ROOT);
    }

    private static JsonPrimitive number(double x) {
        return Double.isFinite(x) ? new JsonPrimitive(x) : new JsonPrimitive(String.valueOf(x));
    }
}
