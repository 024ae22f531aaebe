using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Services;

/// <summary>The parts of etcd's <c>Maintenance</c> service: status, alarms, hashes, transfer of leadership.</summary>
public sealed class MaintenanceService(EtcdNode node, ResponseHeaders headers, string version)
{
    private const string Name = "etcdserverpb.Maintenance";

    public void Register(GrpcMethodTable table) => table
        .Unary(Name, "Status", StatusRequest.Parser, StatusAsync)
        .Unary(Name, "Alarm", Protos.Etcdserverpb.AlarmRequest.Parser, AlarmAsync)
        .Unary(Name, "Hash", HashRequest.Parser, HashAsync)
        .Unary(Name, "HashKV", HashKVRequest.Parser, HashKvAsync)
        .Unary(Name, "MoveLeader", MoveLeaderRequest.Parser, MoveLeaderAsync);

    private ValueTask<StatusResponse> StatusAsync(StatusRequest request, GrpcCall call)
    {
        var status = node.Status;
        var size = node.View.Size;
        var response = new StatusResponse
        {
            Header = headers.Message(),
            Version = version,
            DbSize = size.TotalBytes,
            DbSizeInUse = size.LiveBytes,
            DbSizeQuota = node.Settings.QuotaBytes,
            Leader = status.Leader.Value,
            RaftIndex = (ulong)status.CommitIndex,
            RaftTerm = (ulong)status.Term,
            RaftAppliedIndex = (ulong)node.AppliedIndex,
            IsLearner = node.Members.Find(node.Settings.Raft.Id)?.IsLearner ?? false,
            StorageVersion = version[..version.LastIndexOf('.')] + ".0",
        };
        if (status.Leader.IsNone)
        {
            response.Errors.Add(EtcdErrors.NoLeader.Message);
        }

        foreach (var alarm in node.Alarms)
        {
            response.Errors.Add($"memberID:{alarm.Member.Value} alarm:{NameOf(alarm.Alarm)} ");
        }

        return new ValueTask<StatusResponse>(response);
    }

    private async ValueTask<AlarmResponse> AlarmAsync(Protos.Etcdserverpb.AlarmRequest request, GrpcCall call)
    {
        var result = (AlarmResult)await node.AlarmAsync(new Messages.AlarmRequest(
            (AlarmAction)request.Action,
            new MemberId(request.MemberID),
            (Messages.AlarmType)request.Alarm));
        var response = new AlarmResponse { Header = headers.Message(result.Revision) };
        foreach (var alarm in result.Alarms)
        {
            response.Alarms.Add(new Protos.Etcdserverpb.AlarmMember
            {
                MemberID = alarm.Member.Value,
                Alarm = (Protos.Etcdserverpb.AlarmType)alarm.Alarm,
            });
        }

        return response;
    }

    private ValueTask<HashResponse> HashAsync(HashRequest request, GrpcCall call)
    {
        var view = node.View;
        return new ValueTask<HashResponse>(new HashResponse { Header = headers.Message(view.Revision), Hash = view.Hash() });
    }

    private ValueTask<HashKVResponse> HashKvAsync(HashKVRequest request, GrpcCall call)
    {
        var view = node.View;
        var hash = view.HashKv(request.Revision);
        return new ValueTask<HashKVResponse>(new HashKVResponse
        {
            Header = headers.Message(view.Revision),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.HashRevision,
        });
    }

    private async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, GrpcCall call)
    {
        if (node.Status.Leader != node.Settings.Raft.Id)
        {
            throw new EtcdException(EtcdError.NotLeader);
        }

        var target = new MemberId(request.TargetID);
        if (node.Members.Find(target) is not { IsLearner: false })
        {
            throw new EtcdException(EtcdError.BadLeaderTransferee);
        }

        if (target != node.Settings.Raft.Id
            && await node.TransferLeadershipAsync(target, node.Settings.Gateway.RequestTimeout) is not null)
        {
            throw new EtcdException(EtcdError.TimeoutDueToLeaderFail);
        }

        return new MoveLeaderResponse { Header = headers.Message() };
    }

    private static string NameOf(Messages.AlarmType alarm) => alarm switch
    {
        Messages.AlarmType.NoSpace => "NOSPACE",
        Messages.AlarmType.Corrupt => "CORRUPT",
        _ => "NONE",
    };
}
