package laketop;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.Decimal;
import org.apache.paimon.data.GenericArray;
import org.apache.paimon.data.GenericMap;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.InternalArray;
import org.apache.paimon.data.InternalMap;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.types.ArrayType;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypes;
import org.apache.paimon.types.DecimalType;
import org.apache.paimon.types.MapType;
import org.apache.paimon.types.MultisetType;
import org.apache.paimon.types.RowType;

/**
 * Values as JSON that three languages write alike: null, text for atomic values, arrays for ARRAY
 * and ROW, arrays of [key, value] for MAP and MULTISET. README.md has the table.
 */
final class Values {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Values() {}

    static JsonNode write(DataType type, Object v) {
        if (v == null) {
            return JSON.nullNode();
        }
        switch (type.getTypeRoot()) {
            case FLOAT:
                return text(String.format("%08x", Float.floatToIntBits((Float) v)));
            case DOUBLE:
                return text(String.format("%016x", Double.doubleToLongBits((Double) v)));
            case DECIMAL:
                return text(((Decimal) v).toBigDecimal().toPlainString());
            case BINARY:
            case VARBINARY:
                return text(Base64.getEncoder().encodeToString((byte[]) v));
            case DATE:
                return text(LocalDate.ofEpochDay((Integer) v).toString());
            case TIME_WITHOUT_TIME_ZONE:
                return text(clock(LocalTime.ofNanoOfDay((Integer) v * 1_000_000L)));
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return text(moment((Timestamp) v));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return text(moment((Timestamp) v) + "Z");
            case ARRAY:
                return array(((ArrayType) type).getElementType(), (InternalArray) v);
            case MAP:
                return map(((MapType) type).getKeyType(), ((MapType) type).getValueType(), (InternalMap) v);
            case MULTISET:
                return map(((MultisetType) type).getElementType(), DataTypes.INT(), (InternalMap) v);
            case ROW:
                return row((RowType) type, (InternalRow) v);
            default:
                return text(v.toString());
        }
    }

    static ArrayNode row(RowType type, InternalRow row) {
        ArrayNode out = JSON.createArrayNode();
        for (int i = 0; i < type.getFieldCount(); i++) {
            DataType t = type.getTypeAt(i);
            out.add(write(t, InternalRow.createFieldGetter(t, i).getFieldOrNull(row)));
        }
        return out;
    }

    private static ArrayNode array(DataType element, InternalArray a) {
        ArrayNode out = JSON.createArrayNode();
        InternalArray.ElementGetter get = InternalArray.createElementGetter(element);
        for (int i = 0; i < a.size(); i++) {
            out.add(write(element, get.getElementOrNull(a, i)));
        }
        return out;
    }

    private static ArrayNode map(DataType key, DataType value, InternalMap m) {
        ArrayNode keys = array(key, m.keyArray());
        ArrayNode values = array(value, m.valueArray());
        List<ArrayNode> pairs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            pairs.add(JSON.createArrayNode().add(keys.get(i)).add(values.get(i)));
        }
        pairs.sort((a, b) -> a.get(0).toString().compareTo(b.get(0).toString()));
        ArrayNode out = JSON.createArrayNode();
        pairs.forEach(out::add);
        return out;
    }

    static Object read(DataType type, JsonNode v) {
        if (v == null || v.isNull()) {
            return null;
        }
        String s = v.asText();
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return Boolean.valueOf(s);
            case TINYINT:
                return Byte.valueOf(s);
            case SMALLINT:
                return Short.valueOf(s);
            case INTEGER:
                return Integer.valueOf(s);
            case DATE:
                return (int) LocalDate.parse(s).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE:
                return (int) (LocalTime.parse(s).toNanoOfDay() / 1_000_000);
            case BIGINT:
                return Long.valueOf(s);
            case FLOAT:
                return Float.intBitsToFloat(Integer.parseUnsignedInt(s, 16));
            case DOUBLE:
                return Double.longBitsToDouble(Long.parseUnsignedLong(s, 16));
            case DECIMAL:
                DecimalType d = (DecimalType) type;
                return Decimal.fromBigDecimal(new BigDecimal(s), d.getPrecision(), d.getScale());
            case CHAR:
            case VARCHAR:
                return BinaryString.fromString(s);
            case BINARY:
            case VARBINARY:
                return Base64.getDecoder().decode(s);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return Timestamp.fromLocalDateTime(LocalDateTime.parse(s));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return Timestamp.fromInstant(Instant.parse(s));
            case ARRAY:
                return readArray(((ArrayType) type).getElementType(), v);
            case MAP:
                return readMap(((MapType) type).getKeyType(), ((MapType) type).getValueType(), v);
            case MULTISET:
                return readMap(((MultisetType) type).getElementType(), DataTypes.INT(), v);
            case ROW:
                return readRow((RowType) type, v);
            default:
                throw new IllegalArgumentException("no values of type " + type);
        }
    }

    static GenericRow readRow(RowType type, JsonNode v) {
        GenericRow row = new GenericRow(type.getFieldCount());
        for (int i = 0; i < type.getFieldCount(); i++) {
            row.setField(i, read(type.getTypeAt(i), v.get(i)));
        }
        return row;
    }

    private static GenericArray readArray(DataType element, JsonNode v) {
        Object[] out = new Object[v.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = read(element, v.get(i));
        }
        return new GenericArray(out);
    }

    private static GenericMap readMap(DataType key, DataType value, JsonNode v) {
        Map<Object, Object> out = new HashMap<>();
        for (JsonNode pair : v) {
            out.put(read(key, pair.get(0)), read(value, pair.get(1)));
        }
        return new GenericMap(out);
    }

    private static JsonNode text(String s) {
        return JSON.getNodeFactory().textNode(s);
    }

    private static String moment(Timestamp ts) {
        LocalDateTime t = ts.toLocalDateTime();
        return t.toLocalDate() + "T" + clock(t.toLocalTime());
    }

    /** hh:mm:ss and as many digits of the fraction as it has. */
    private static String clock(LocalTime t) {
        String s = String.format("%02d:%02d:%02d", t.getHour(), t.getMinute(), t.getSecond());
        return t.getNano() == 0 ? s : s + String.format(".%09d", t.getNano()).replaceAll("0+$", "");
    }
}
