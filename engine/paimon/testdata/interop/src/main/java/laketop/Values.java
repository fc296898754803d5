package laketop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
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
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000L);

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
                return text(hex((byte[]) v));
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                Timestamp ts = (Timestamp) v;
                return text(
                        BigInteger.valueOf(ts.getMillisecond())
                                .multiply(NANOS)
                                .add(BigInteger.valueOf(ts.getNanoOfMillisecond()))
                                .toString());
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
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
                return Integer.valueOf(s);
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
                return bytes(s);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                BigInteger[] parts = new BigInteger(s).divideAndRemainder(NANOS);
                long ms = parts[0].longValueExact();
                int nanos = parts[1].intValueExact();
                return nanos < 0
                        ? Timestamp.fromEpochMillis(ms - 1, nanos + 1_000_000)
                        : Timestamp.fromEpochMillis(ms, nanos);
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

    static String hex(byte[] b) {
        StringBuilder s = new StringBuilder();
        for (byte x : b) {
            s.append(String.format("%02x", x));
        }
        return s.toString();
    }

    private static byte[] bytes(String hex) {
        byte[] out = new byte[hex.length() / 2];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return out;
    }
}
