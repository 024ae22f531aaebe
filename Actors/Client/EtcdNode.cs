using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>
/// A running node as its users see it: typed requests that return tasks. The edge between tasks and actors; safe to
/// use from any thread. Refusals are <see cref="EtcdException"/>s. Requests that touch keys or users take the requester's
/// credentials, which matter once users do.
/// </summary>
public sealed partial class EtcdNode(
    EtcdSettings settings,
    ViewSource views,
    ReplicatedSource replicated,
    RaftStatusHolder status,
    GatewayCounters counters,
    NodeActors actors)
{
    /// <summary>What a request costs in the store beside its keys and values; etcd counts 512 bytes for a key-value pair.</summary>
    private const long QuotaOverheadBytes = 512;

    public EtcdSettings Settings { get; } = settings;

    /// <summary>The newest published view of the store.</summary>
    public StoreView View => views.Current;

    public RaftStatus Status => status.Current;

    public MemberTable Members => replicated.Members;

    public ImmutableSortedSet<AlarmMember> Alarms => replicated.Alarms;

    /// <summary>The versions that the members speak, and the cluster's.</summary>
    public ClusterVersions Versions => replicated.Versions;

    public long AppliedIndex => replicated.AppliedIndex;

    /// <summary>Commands whose outcome is awaited.</summary>
    public long PendingCommands => counters.Pending;

    /// <summary>Commands that were refused for load or ran out of time, since the start.</summary>
    public long FailedCommands => counters.Failed;

    /// <summary>Linearizable reads that ran out of time, since the start.</summary>
    public long FailedReads => counters.FailedReads;

    /// <summary>Read rounds that were refused, and reads that ran out of time, since the start.</summary>
    public long SlowReads => counters.SlowReads;

    /// <summary>Heartbeats that this leader sent late, since the start.</summary>
    public long LateHeartbeats => status.LateHeartbeats;

    /// <summary>What other members compare with theirs.</summary>
    internal AppliedSums Sums => replicated.Sums;

    /// <summary>What was applied and read since the start.</summary>
    public ApplyCounters Applied => replicated.Counters;

    /// <summary>Reads keys: at once when serializable, otherwise from a store that holds all that was committed before the call.</summary>
    public ValueTask<RangeResult> RangeAsync(RangeRequest request, Credentials credentials = default)
    {
        RequestValidation.Check(request);
        replicated.Counters.CountRange();
        return request.Serializable ? ReadInTurnAsync(request, ReadRange, credentials) : RangeLinearizableAsync(request, credentials);
    }

    public ValueTask<OpResult> PutAsync(PutRequest request, Credentials credentials = default)
    {
        RequestValidation.Check(request);
        return SubmitAsync(request, credentials);
    }

    /// <summary>A put without a requester whose command is encoded already, with <paramref name="requestId"/> from <see cref="NextRequestId"/>.</summary>
    public ValueTask<OpResult> PutEncodedAsync(ulong requestId, PutRequest request, ReadOnlyMemory<byte> payload)
    {
        RequestValidation.Check(request);
        return SubmitAsync(requestId, request, payload);
    }

    public ulong NextRequestId() => Settings.RequestIds.Next();

    public ValueTask<OpResult> DeleteRangeAsync(DeleteRangeRequest request, Credentials credentials = default)
    {
        RequestValidation.Check(request);
        return SubmitAsync(request, credentials);
    }

    /// <summary>A transaction that writes goes through the log; one that only reads is read like a range.</summary>
    public ValueTask<OpResult> TxnAsync(TxnRequest request, Credentials credentials = default)
    {
        RequestValidation.Check(request, Settings.TxnOpsMax);
        if (!TxnReads.IsReadOnly(request))
        {
            return SubmitAsync(request, credentials);
        }

        return TxnReads.IsSerializable(request) ? ReadInTurnAsync(request, ReadTxn, credentials) : ReadTxnLinearizableAsync(request, credentials);
    }

    /// <summary>Forgets history; when physical, waits until this member's index is rid of it, however long that takes.</summary>
    public async ValueTask<OpResult> CompactAsync(CompactionRequest request)
    {
        var result = await SubmitAsync(request).ConfigureAwait(false);
        if (request.Physical)
        {
            var done = new Pending<bool>();
            actors.Apply.Tell(new AwaitCompaction(done));
            await done.Completion.ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Grants a lease; an id of 0 lets the node choose.</summary>
    public async ValueTask<OpResult> LeaseGrantAsync(LeaseGrantRequest request, Credentials credentials = default)
    {
        await RequireUserAsync(credentials).ConfigureAwait(false);
        if (request.TtlSeconds > LeaseTable.TtlSecondsMax)
        {
            throw new EtcdException(EtcdError.LeaseTTLTooLarge);
        }

        var id = request.Id;
        while (id.IsNone)
        {
            id = new LeaseId((long)(NextRequestId() & long.MaxValue));
        }

        var grant = new LeaseGrantRequest(id, Math.Max(request.TtlSeconds, Settings.LeaseTtlSecondsMin));
        return await SubmitAsync(grant, credentials).ConfigureAwait(false);
    }

    public async ValueTask<OpResult> LeaseRevokeAsync(LeaseId id, Credentials credentials = default)
    {
        await RequireUserAsync(credentials).ConfigureAwait(false);
        return await SubmitAsync(new LeaseRevokeRequest(id), credentials).ConfigureAwait(false);
    }

    /// <summary>Renews a lease on the leader; the remaining time is -1 when there is no such lease.</summary>
    public ValueTask<LeaseTtl> LeaseRenewAsync(LeaseId id, Credentials credentials = default)
        => Auth.IsEnabled ? RenewGuardedAsync(id, credentials) : RenewAsync(id);

    private ValueTask<LeaseTtl> RenewAsync(LeaseId id)
    {
        var reply = new Pending<LeaseTtl>();
        actors.Lease.Tell(new RenewLease(id, reply));
        return reply.Completion;
    }

    public ValueTask<LeaseTtl> LeaseTimeToLiveAsync(LeaseId id)
    {
        var reply = new Pending<LeaseTtl>();
        actors.Lease.Tell(new QueryLease(id, reply));
        return reply.Completion;
    }

    public async ValueTask<ImmutableArray<Bytes>> LeaseKeysAsync(LeaseId id)
    {
        await LinearizeAsync().ConfigureAwait(false);
        return await AppliedLeaseKeysAsync(id).ConfigureAwait(false);
    }

    public ValueTask<ImmutableArray<LeaseId>> LeasesAsync()
    {
        var reply = new Pending<ImmutableArray<LeaseId>>();
        actors.Apply.Tell(new ListLeases(reply));
        return reply.Completion;
    }

    public ValueTask<OpResult> AlarmAsync(AlarmRequest request) => SubmitAsync(request);

    /// <summary>Tells this member's name, client URLs and version to all.</summary>
    public ValueTask<OpResult> PublishAsync(string name, ImmutableArray<string> clientUrls)
        => SubmitAsync(new MemberAttributesRequest(Settings.Raft.Id, name, clientUrls)
        {
            ServerVersion = Settings.ServerVersion,
        });

    /// <summary>Begins a downgrade of the cluster to the target, or for null ends the one under way.</summary>
    public ValueTask<OpResult> DowngradeAsync(Version? target) => SubmitAsync(new DowngradeRequest(target));

    /// <summary>Gives back the space of all that is compacted, while requests go on, and waits until it is done.</summary>
    public ValueTask<bool> DefragmentAsync()
    {
        var done = new Pending<bool>();
        actors.Apply.Tell(new Defragment(done));
        return done.Completion;
    }

    /// <summary>Opens a stream of watchers; the actor takes <see cref="CreateWatch"/>, <see cref="CancelWatch"/> and <see cref="RequestProgress"/>, and is stopped to end it.</summary>
    public ValueTask<IActorRef> OpenWatchStreamAsync(IWatchSink sink)
    {
        var reply = new Pending<IActorRef>();
        actors.Watch.Tell(new OpenWatchStream(sink, reply));
        return reply.Completion;
    }

    /// <summary>Waits until this member's store holds all that was committed before the call.</summary>
    public ValueTask<bool> LinearizeAsync()
    {
        var read = new PendingRead();
        actors.Gateway.Tell(new AwaitRead(read));
        return read.Completion;
    }

    /// <summary>Hands leadership to a voter, or to the best one when the target is none.</summary>
    /// <returns>null when done, otherwise why not.</returns>
    public async Task<string?> TransferLeadershipAsync(MemberId target, TimeSpan timeout)
    {
        var answer = await actors.Raft.Ask<object>(new TransferLeadership(target), timeout).ConfigureAwait(false);
        return answer is LeadershipTransferFailed failed ? failed.Reason.ToString() : null;
    }

    /// <summary>Everything replicated at one moment, for an export. Holding it keeps its segments in memory maps.</summary>
    public ValueTask<CapturedState> CaptureStateAsync()
    {
        var reply = new Pending<CapturedState>();
        actors.Apply.Tell(new CaptureState(reply));
        return reply.Completion;
    }

    /// <summary>Takes a checkpoint soon, so that the next start has little to replay.</summary>
    public void CheckpointNow() => actors.Apply.Tell(Apply.CheckpointNow.Instance);

    private async ValueTask<RangeResult> RangeLinearizableAsync(RangeRequest request, Credentials credentials)
    {
        await LinearizeAsync().ConfigureAwait(false);
        return await ReadInTurnAsync(request, ReadRange, credentials).ConfigureAwait(false);
    }

    private async ValueTask<OpResult> ReadTxnLinearizableAsync(TxnRequest request, Credentials credentials)
    {
        await LinearizeAsync().ConfigureAwait(false);
        return await ReadInTurnAsync(request, ReadTxn, credentials).ConfigureAwait(false);
    }

    private static OpResult ReadTxn(EtcdNode node, TxnRequest request)
    {
        var result = node.ReadSound(node.View, request, static (view, request) => view.Txn(request));
        node.Applied.CountRead(result);
        return result;
    }

    private static RangeResult ReadRange(EtcdNode node, RangeRequest request)
    {
        var begun = node.Settings.Reads.RangeBegins();
        var isSuccess = false;
        try
        {
            var result = node.Range(node.View, request);
            isSuccess = true;
            return result;
        }
        finally
        {
            node.Settings.Reads.RangeEnded(begun, isSuccess);
        }
    }

    // Nobody is served what the disk has changed; whoever asks again finds it mended, or another member.
    private TResult ReadSound<TRequest, TResult>(StoreView view, TRequest request, Func<StoreView, TRequest, TResult> read)
    {
        try
        {
            return read(view, request);
        }
        catch (SegmentDamagedException damage)
        {
            actors.Scrub.Tell(new VerifySegment(damage.SegmentId));
            throw new EtcdException(EtcdError.Corrupt);
        }
    }

    private ValueTask<ImmutableArray<Bytes>> AppliedLeaseKeysAsync(LeaseId id)
    {
        var reply = new Pending<ImmutableArray<Bytes>>();
        actors.Apply.Tell(new ListLeaseKeys(id, reply));
        return reply.Completion;
    }

    private ValueTask<OpResult> SubmitAsync(RaftCommand command, Credentials credentials)
        => Auth.IsEnabled ? SubmitGuardedAsync(command, credentials) : SubmitAsync(command);

    private ValueTask<OpResult> SubmitAsync(RaftCommand command, AuthInfo? requester = null)
    {
        var requestId = NextRequestId();
        return SubmitAsync(requestId, command, CommandCodec.Encode(requestId, command, requester));
    }

    private ValueTask<OpResult> SubmitAsync(ulong requestId, RaftCommand command, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > Settings.RequestBytesMax)
        {
            throw new EtcdException(EtcdError.RequestTooLarge);
        }

        if (Status.CommitIndex > AppliedIndex + Settings.UnappliedEntriesMax)
        {
            throw new EtcdException(EtcdError.TooManyRequests);
        }

        if (Settings.Apply.Space.IsFull)
        {
            // Whoever leads: what this member cannot write it will not apply for long, and so could not answer.
            throw new EtcdException(EtcdError.NoSpace);
        }

        CheckQuota(command, payload.Length);
        var pending = new PendingCommand(requestId, payload);
        actors.Gateway.Tell(new Submit(pending));
        return pending.Completion;
    }

    // etcd: quotaAlarmer in v3rpc/quota.go. The request is refused here, the alarm then refuses it everywhere: where it is
    // applied, or, in the v2 store, which etcd's quota does not count, at each member's edge.
    private void CheckQuota(RaftCommand command, int size)
    {
        if (!AlarmGuard.TakesSpace(command))
        {
            return;
        }

        if (SpaceUse.LiveBytes(View, V2.State) + size + QuotaOverheadBytes > Settings.QuotaBytes)
        {
            actors.Space.Tell(NoSpaceMet.Instance);
            throw new EtcdException(EtcdError.NoSpace);
        }

        if (command is V2Request && Alarms.Any(static alarm => alarm.Alarm == AlarmType.NoSpace))
        {
            throw new EtcdException(EtcdError.NoSpace);
        }
    }
}
