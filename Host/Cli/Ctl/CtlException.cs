namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>A command that cannot go on: what to tell, and the exit code. No message: everything has been told.</summary>
internal sealed class CtlException : Exception
{
    public CtlException(int exitCode, string message)
        : base(message)
    {
        ExitCode = exitCode;
    }

    public int ExitCode { get; }

    public static CtlException BadArguments(string message) => new(CtlExit.BadArguments, message);
}
