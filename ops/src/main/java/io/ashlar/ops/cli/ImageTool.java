package io.ashlar.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** A third-party program that does a command's work, and does it better than we would. */
final class ImageTool {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String program;
    private final String debianPackage;

    /**
     * Names a program; it is looked for when it is run.
     *
     * @param debianPackage what to install where it is missing
     */
    ImageTool(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /** Runs it to a good end and returns the JSON document that it printed, after whatever else. */
    JsonNode json(String... arguments) {
        String output = run(_ -> {}, arguments);
        try {
            return JSON.readTree(output.substring(Math.max(0, output.indexOf('{'))));
        } catch (JsonProcessingException e) {
            throw new StorageException(ErrorCode.IO, program + " printed no JSON: " + output, e);
        }
    }

    /**
     * Runs it to a good end.
     *
     * @param onLine told of every line, whether it ends in a line feed or a carriage return
     * @return all that it printed
     */
    String run(Consumer<String> onLine, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = read(process.inputReader(StandardCharsets.UTF_8), onLine);
            int code = process.waitFor();
            if (code != 0) {
                throw new StorageException(
                        ErrorCode.IO, program + " ended with " + code + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.UNAVAILABLE,
                    "%s cannot be run: install the package %s".formatted(program, debianPackage),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(ErrorCode.UNAVAILABLE, program + " was interrupted", e);
        }
    }

    private static String read(Reader from, Consumer<String> onLine) throws IOException {
        StringBuilder all = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (int c = from.read(); c >= 0; c = from.read()) {
            if (c == '\r' || c == '\n') {
                onLine.accept(line.toString());
                line.setLength(0);
            } else {
                line.append((char) c);
            }
            all.append((char) c);
        }
        return all.toString();
    }
}
