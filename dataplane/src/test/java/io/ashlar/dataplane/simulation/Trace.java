package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.List;

/** The last things that happened, kept as they are and turned into words only when asked for. */
final class Trace {

    private record Line(long at, String where, Object what) {}

    private final Line[] lines;
    private final Agenda agenda;
    private int next;

    Trace(Agenda agenda, int length) {
        this.agenda = agenda;
        lines = new Line[length];
    }

    void add(String where, Object what) {
        lines[next++ % lines.length] = new Line(agenda.now(), where, what);
    }

    List<String> text() {
        List<String> text = new ArrayList<>();
        for (int i = Math.max(0, next - lines.length); i < next; i++) {
            Line line = lines[i % lines.length];
            text.add("%s %-10s %s".formatted(Nanos.text(line.at), line.where, line.what));
        }
        return text;
    }
}
