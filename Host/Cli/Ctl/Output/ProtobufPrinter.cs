using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The format "protobuf": the answer as it came.</summary>
internal sealed class ProtobufPrinter(CtlContext context) : CtlPrinter("protobuf", context)
{
    public override void Print(object answer, params string[] told)
    {
        IMessage message = answer switch
        {
            // etcdctl keeps these in forms of its own library, of which only the header can be encoded in 3.4.
            LeaseGrantResponse grant => grant.Header,
            LeaseKeepAliveResponse keepAlive => keepAlive.Header,
            LeaseTimeToLiveResponse timeToLive => timeToLive.Header,
            LeaseLeasesResponse leases => leases.Header,
            LeaseRevokeResponse => throw new CtlException(CtlExit.BadFeature, "marshal unsupported for type clientv3.LeaseRevokeResponse"),
            MemberPromoteResponse when Version.Minor < 5 => throw Unsupported(),
            WatchResponse watch => Plain(watch),
            IMessage other => other,
            _ => throw Unsupported(),
        };
        Out.Write(message.ToByteArray());
    }

    private static WatchResponse Plain(WatchResponse watch)
    {
        var plain = watch.Clone();
        plain.WatchId = 0;
        plain.CancelReason = "";
        plain.Fragment = false;
        return plain;
    }
}
