namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>Exit codes of etcdctl's v2 API.</summary>
internal static class V2Exit
{
    public const int Error = 1;
    public const int BadConnection = 2;
    public const int UnknownCommand = 3;
    public const int ServerError = 4;
    public const int NotHealthy = 5;
}
