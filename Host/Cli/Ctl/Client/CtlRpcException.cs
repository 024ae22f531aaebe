using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>A call that failed, with the text that etcdctl has for it.</summary>
internal sealed class CtlRpcException : Exception
{
    public const string DeadlineText = "context deadline exceeded";

    public CtlRpcException(StatusCode code, string detail)
        : base(TextOf(code, detail))
    {
        Code = code;
        Detail = detail;
    }

    public StatusCode Code { get; }

    public string Detail { get; }

    public bool Is(GrpcStatus status) => Detail == status.Message;

    // etcd's own refusals are told by their text; others with the code in front, as its client library does.
    private static string TextOf(StatusCode code, string detail)
    {
        bool isEtcds = detail.StartsWith("etcdserver: ", StringComparison.Ordinal)
            && detail != "etcdserver: unknown method";
        return isEtcds || detail is DeadlineText or "context canceled"
            ? detail
            : $"rpc error: code = {code} desc = {detail}";
    }
}
