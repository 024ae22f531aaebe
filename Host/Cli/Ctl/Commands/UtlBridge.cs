namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>
/// The commands that moved from etcdctl to etcdutl: done by <c>actor-etcd utl</c>, whose code is loaded for them alone.
/// </summary>
internal static class UtlBridge
{
    public static async Task RunAsync(CtlContext context, string[] arguments)
    {
        context.Out.Flush();
        int exitCode = await UtlTool.RunAsync(arguments).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new CtlException(exitCode, "");
        }
    }
}
