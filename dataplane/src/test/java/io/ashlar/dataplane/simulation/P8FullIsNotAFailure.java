package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;

/** P8: giving whole blocks back never fails for want of space. */
final class P8FullIsNotAFailure implements Watch {

    @Override
    public void answered(Tenure tenure, Attempt attempt, Result result) {
        if (attempt.op() instanceof Op.Zero zero
                && zero.first() % Content.UNITS_PER_BLOCK == 0
                && zero.units() % Content.UNITS_PER_BLOCK == 0
                && result instanceof Result.Failed failed
                && failed.code() == ErrorCode.NO_SPACE) {
            throw new Violation("P8 full is not a failure", zero + " found no space");
        }
    }
}
