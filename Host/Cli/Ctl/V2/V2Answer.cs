namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A server's answer: status, body, and the X-Etcd-Index header.</summary>
internal sealed record V2Answer(int Status, string Body, string Index)
{
    public bool IsSuccess => Status is 200 or 201;
}
