package io.ashlar.metadata.raft;

import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.GroupState;
import io.ashlar.metadata.catalog.TablesView;
import java.util.List;

/** What the state machine asks of, and tells, the part that knows whether this peer leads. */
interface Leadership {

    /** Whether this peer leads and has applied what its predecessors committed. */
    boolean leads();

    /** This peer has begun to lead. */
    void begin();

    /** A server gave a sign of life. */
    void heard(ServerId server, long nonce);

    /** A handover is wanted: its holder is to be told. */
    void wanted(Answer.Handover handover);

    /** What a server is to hand over now. */
    List<Answer.Handover> handovers(TablesView tables, ServerId holder);

    /** The group as this peer sees it. */
    GroupState group(long appliedIndex);
}
