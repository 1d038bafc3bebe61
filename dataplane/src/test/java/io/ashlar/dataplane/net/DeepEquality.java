package io.ashlar.dataplane.net;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;

/** Compares records by all that they hold, arrays included. */
final class DeepEquality {

    private DeepEquality() {}

    static boolean same(Object one, Object other) {
        if (one instanceof Record && one.getClass() == other.getClass()) {
            for (RecordComponent part : one.getClass().getRecordComponents()) {
                if (!same(value(part, one), value(part, other))) {
                    return false;
                }
            }
            return true;
        }
        if (one instanceof List<?> list && other instanceof List<?> that) {
            return list.size() == that.size() && sameElements(list, that);
        }
        return Objects.deepEquals(one, other);
    }

    private static boolean sameElements(List<?> one, List<?> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Object value(RecordComponent part, Object of) {
        try {
            return part.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record's accessor", e);
        }
    }
}
