namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A command that cannot go on: what to write to standard error, whole lines, and the exit code.</summary>
internal sealed class V2Exception : Exception
{
    public V2Exception(int exitCode, string told)
        : base(told)
    {
        ExitCode = exitCode;
    }

    public int ExitCode { get; }

    /// <summary>A refusal as most commands tell it.</summary>
    public static V2Exception Error(int exitCode, string reason) => new(exitCode, $"Error:  {reason}\n");
}
