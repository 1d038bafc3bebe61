package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.store.StoreAnswer;
import java.io.IOException;

/** Work of the device that may take long and is done beside its own thread. */
interface Errand {

    /** Does it, on whatever thread. */
    void run() throws IOException;

    /** Takes in what came of it, on the device's thread, after {@link #run} returned. */
    void done();

    /** The same after {@link #run} threw, or the device failed otherwise. */
    void failed(StoreAnswer.Failed answer);
}
