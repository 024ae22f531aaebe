namespace ActorEtcd.Host.Cli.Utl;

/// <summary>Exit codes, as etcdutl's.</summary>
internal static class UtlExit
{
    public const int Success = 0;
    public const int Error = 1;
    public const int BadFeature = 4;
    public const int BadArguments = 128;
}
