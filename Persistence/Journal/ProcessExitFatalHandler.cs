namespace ActorEtcd.Persistence.Journal;

/// <summary>Ends the process with exit code 1 and one line on the standard error stream.</summary>
public sealed class ProcessExitFatalHandler : IFatalHandler
{
    public static readonly ProcessExitFatalHandler Instance = new();

    private const int ExitCode = 1;

    private ProcessExitFatalHandler()
    {
    }

    public void Fatal(string message, Exception cause)
    {
        Console.Error.WriteLine($"fatal: {message}: {cause.Message}");
        Console.Error.Flush();
        Libc.ExitNow(ExitCode);
    }
}
