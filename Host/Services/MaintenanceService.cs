using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Members;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>Maintenance</c> service but for the snapshot, which <see cref="SnapshotService"/> serves.</summary>
public sealed class MaintenanceService(EtcdNode node, ResponseHeaders headers, HashMetrics metrics, StorageMetrics storage, string version)
{
    private const string Name = "etcdserverpb.Maintenance";

    /// <summary>etcd serves downgrades since this version.</summary>
    private static readonly Version DowngradeSince = new(3, 5);

    public void Register(GrpcMethodTable table)
    {
        RegisterBase(table);
        if (node.Settings.ServerVersion >= DowngradeSince)
        {
            table.Unary(Name, "Downgrade", Protos.Etcdserverpb.DowngradeRequest.Parser, DowngradeAsync);
        }
    }

    private void RegisterBase(GrpcMethodTable table) => table
        .Unary(Name, "Status", StatusRequest.Parser, StatusAsync)
        .Unary(Name, "Alarm", Protos.Etcdserverpb.AlarmRequest.Parser, AlarmAsync)
        .Unary(Name, "Hash", HashRequest.Parser, HashAsync)
        .Unary(Name, "HashKV", HashKVRequest.Parser, HashKvAsync)
        .Unary(Name, "Defragment", DefragmentRequest.Parser, DefragmentAsync)
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
            DbSizeQuota = VersionTexts.TellsStorage(node) ? node.Settings.QuotaBytes : 0,
            Leader = status.Leader.Value,
            RaftIndex = (ulong)status.CommitIndex,
            RaftTerm = (ulong)status.Term,
            RaftAppliedIndex = (ulong)node.AppliedIndex,
            IsLearner = node.Members.Find(node.Settings.Raft.Id)?.IsLearner ?? false,
            StorageVersion = VersionTexts.StorageOf(node) ?? string.Empty,
            DowngradeInfo = !VersionTexts.TellsStorage(node) ? null : new DowngradeInfo
            {
                Enabled = node.Versions.IsDowngrading,
                TargetVersion = node.Versions.DowngradeTarget is { } target ? VersionTexts.Full(target) : string.Empty,
            },
        };
        if (status.Leader.IsNone)
        {
            response.Errors.Add(EtcdErrors.NoLeader.Message);
        }

        foreach (var alarm in node.Alarms)
        {
            response.Errors.Add($"memberID:{alarm.Member.Value} alarm:{NameOf(alarm.Alarm)} ");
        }

        if (node.Settings.Apply.Space.IsFull)
        {
            response.Errors.Add($"memberID:{node.Settings.Raft.Id.Value} no space left on its disk ");
        }

        return new ValueTask<StatusResponse>(response);
    }

    private async ValueTask<AlarmResponse> AlarmAsync(Protos.Etcdserverpb.AlarmRequest request, GrpcCall call)
    {
        var result = (AlarmResult)await call.WithinDeadline(node.AlarmAsync(new Messages.AlarmRequest(
            (AlarmAction)request.Action,
            new MemberId(request.MemberID),
            (Messages.AlarmType)request.Alarm)));
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
        return new ValueTask<HashResponse>(new HashResponse { Header = headers.Message(view.Revision), Hash = metrics.MeasureHash(view.Hash) });
    }

    private ValueTask<HashKVResponse> HashKvAsync(HashKVRequest request, GrpcCall call)
    {
        var view = node.View;
        var hash = metrics.MeasureHashKv(() => view.HashKv(request.Revision));
        return new ValueTask<HashKVResponse>(new HashKVResponse
        {
            Header = headers.Message(view.Revision),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.HashRevision,
        });
    }

    private async ValueTask<DefragmentResponse> DefragmentAsync(DefragmentRequest request, GrpcCall call)
    {
        await storage.MeasureDefragmentAsync(() => call.WithinDeadline(node.DefragmentAsync()).AsTask());
        return new DefragmentResponse();
    }

    // etcd: EtcdServer.Downgrade. The answer tells the version that the cluster had; as etcd since 3.6, cancelling without
    // anything to cancel is no error.
    private async ValueTask<DowngradeResponse> DowngradeAsync(Protos.Etcdserverpb.DowngradeRequest request, GrpcCall call)
    {
        var response = new DowngradeResponse();
        switch (request.Action)
        {
            case Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction.Validate:
                var wanted = VersionTexts.ParseTarget(request.Version);
                await call.WithinDeadline(node.LinearizeAsync());
                if (node.Versions.Check(wanted) is var error and not EtcdError.None)
                {
                    throw new EtcdException(error);
                }

                response.Version = VersionTexts.DowngradedOf(node);
                break;
            case Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction.Enable:
                var target = VersionTexts.ParseTarget(request.Version);
                response.Version = VersionTexts.DowngradedOf(node);
                await call.WithinDeadline(node.DowngradeAsync(target));
                break;
            case Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction.Cancel:
                response.Version = VersionTexts.DowngradedOf(node);
                await CancelDowngradeAsync(call);
                break;
            default:
                throw new EtcdException(EtcdError.UnknownMethod);
        }

        response.Header = headers.Message();
        return response;
    }

    private async ValueTask CancelDowngradeAsync(GrpcCall call)
    {
        try
        {
            await call.WithinDeadline(node.DowngradeAsync(target: null));
        }
        catch (EtcdException refusal) when (refusal.Error == EtcdError.NoInflightDowngrade)
        {
            // Nothing to cancel is as good as cancelled.
        }
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
            && await call.WithinDeadline(TransferAsync(target)) is not null)
        {
            throw new EtcdException(EtcdError.TimeoutDueToLeaderFail);
        }

        // etcd answers this call, like Defragment, without a header.
        return new MoveLeaderResponse();
    }

    private ValueTask<string?> TransferAsync(MemberId target)
        => new(node.TransferLeadershipAsync(target, node.Settings.Gateway.RequestTimeout));

    private static string NameOf(Messages.AlarmType alarm) => alarm switch
    {
        Messages.AlarmType.NoSpace => "NOSPACE",
        Messages.AlarmType.Corrupt => "CORRUPT",
        _ => "NONE",
    };
}
