package io.ashlar.ops.cli;

import io.ashlar.common.error.StorageException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what a command threw into one line and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Session session;

    Failures(Session session) {
        this.session = session;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (!(e instanceof StorageException error)) {
            err.println("ashlar: internal error, please report it with what follows");
            e.printStackTrace(err);
        } else if (session.format() == OutputFormat.JSON) {
            err.println(Session.json(error));
        } else {
            err.println("ashlar: " + oneLine(error));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Messages that quote a library may have line breaks. */
    private static String oneLine(StorageException error) {
        return String.valueOf(error.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .println(
                        "ashlar: "
                                + e.getMessage()
                                + "; see '"
                                + command.getCommandSpec().qualifiedName()
                                + " --help'");
        return CommandLine.ExitCode.USAGE;
    }
}
