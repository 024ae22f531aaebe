namespace ActorEtcd.Host.Cli.Utl;

/// <summary>A command cannot be carried out; the message is one line for the operator.</summary>
internal sealed class UtlException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
