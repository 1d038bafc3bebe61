package io.ashlar.dataplane.simulation;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import java.util.function.Consumer;

/** A command that is sent again, unchanged, until an answer has come. */
final class Errand {

    private final Life life;
    private final Command command;
    private final Consumer<Answer> then;
    private boolean done;

    Errand(Life life, Command command, Consumer<Answer> then) {
        this.life = life;
        this.command = command;
        this.then = then;
    }

    void begin() {
        if (done) {
            return;
        }
        World world = life.server().world();
        world.metadata()
                .submit(
                        life,
                        command,
                        answer -> {
                            if (!done) {
                                done = true;
                                then.accept(answer);
                            }
                        });
        life.after(world.chance().between(Nanos.millis(150), Nanos.millis(400)), this::begin);
    }

    boolean done() {
        return done;
    }

    /** Nobody waits for it any more. */
    void abandon() {
        done = true;
    }
}
