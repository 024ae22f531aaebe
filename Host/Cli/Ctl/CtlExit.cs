namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>Exit codes, as etcdctl's.</summary>
internal static class CtlExit
{
    public const int Success = 0;
    public const int Error = 1;
    public const int BadConnection = 2;
    public const int InvalidInput = 3;
    public const int BadFeature = 4;
    public const int Interrupted = 5;
    public const int BadArguments = 128;
}
