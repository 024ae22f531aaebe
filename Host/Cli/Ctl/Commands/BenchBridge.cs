namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>bench: <c>actor-etcd bench</c> with the endpoints of the global flag.</summary>
internal static class BenchBridge
{
    public static async Task RunAsync(CtlContext context)
    {
        context.Out.Flush();
        int exitCode = await BenchCommand.RunAsync([.. context.RawArguments]).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new CtlException(exitCode, "");
        }
    }
}
