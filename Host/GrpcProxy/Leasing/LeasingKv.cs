using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// A cluster whose keys are read from what this proxy owns of them (etcd: <c>clientv3/leasing</c>). A read of one key
/// takes possession of it; from then on it is answered from here, without the cluster, until another proxy with the same
/// prefix asks for the key to write it. Linearizable as long as whoever writes does so through such a proxy.
/// </summary>
internal sealed class LeasingKv(
    ClusterKv kv, LeasingTable table, LeasingSession session, LeasingHandover handover, KeyNamespace leasingKeys, RevisionsSeen seen)
    : IClusterKv
{
    private const int PointsMax = 60;
    private const int RangesMax = 16;

    private ResponseHeader _header = new();

    public async Task<byte[]> RangeAsync(RangeRequest request, CallContext context)
    {
        if (!OwnedAnswer.IsPlain(request) || !IsFree(context) || leasingKeys.All.Contains(request.Key))
        {
            return await kv.RangeAsync(request, context);
        }

        // Read before the table is: what is owned is right at this revision too, or at a later one of its own.
        var newest = seen.Newest;
        var owned = table.Read(find => find(request.Key) is { } found
            ? new RangeResponse(OwnedAnswer.Of(request, found.Pair)) { Header = HeaderAt(Math.Max(newest, found.AsOf)) }
            : null);
        if (owned is not null)
        {
            return owned.ToByteArray();
        }

        return !request.Serializable && table.TryAcquire(request.Key) is { } acquisition
            ? await AcquireAsync(acquisition, request, context)
            : await kv.RangeAsync(request, context);
    }

    public async Task<byte[]> PutAsync(PutRequest request, CallContext context)
    {
        var answer = await WriteAsync(
            new RequestOp { RequestPut = request }, [new KeyInterval(request.Key, ByteString.Empty)], context);
        return new PutResponse(answer.Responses[0].ResponsePut) { Header = answer.Header }.ToByteArray();
    }

    public async Task<byte[]> DeleteRangeAsync(DeleteRangeRequest request, CallContext context)
    {
        var answer = await WriteAsync(
            new RequestOp { RequestDeleteRange = request }, [new KeyInterval(request.Key, request.RangeEnd)], context);
        return new DeleteRangeResponse(answer.Responses[0].ResponseDeleteRange) { Header = answer.Header }.ToByteArray();
    }

    public async Task<byte[]> TxnAsync(TxnRequest request, CallContext context)
    {
        if (IsFree(context))
        {
            var newest = seen.Newest;
            var isKnown = false;
            var owned = table.Read(find => OwnedAnswer.Of(request, key =>
            {
                var found = find(key);
                isKnown |= found is not null;
                newest = Math.Max(newest, found?.AsOf ?? 0);
                return found;
            }));
            if (owned is not null && isKnown)
            {
                owned.Header = HeaderAt(newest);
                return owned.ToByteArray();
            }
        }

        var written = TxnKeys.Written(request);
        if (written.Count == 0)
        {
            return await kv.TxnAsync(request, context);
        }

        var answer = await WriteAsync(new RequestOp { RequestTxn = request }, written, context);
        return new TxnResponse(answer.Responses[0].ResponseTxn) { Header = answer.Header }.ToByteArray();
    }

    // What one user may see is nothing that another gets to see, and the proxy does not know what that is.
    private bool IsFree(CallContext context)
    {
        if (context.Identity.Length == 0)
        {
            return true;
        }

        session.Suspend();
        return false;
    }

    private ResponseHeader HeaderAt(long revision) => new(Volatile.Read(ref _header)) { Revision = revision };

    private async Task<byte[]> AcquireAsync(Acquisition acquisition, RangeRequest request, CallContext context)
    {
        TxnResponse answer;
        try
        {
            answer = TxnResponse.Parser.ParseFrom(await kv.TxnAsync(
                LeasingTxn.Acquire(request, leasingKeys.In(request.Key), acquisition.Lease), context, mayRepeat: true));
        }
        catch (GrpcStatusException)
        {
            // It cannot be owned; that is no reason not to read it.
            table.Abandon(acquisition);
            return await kv.RangeAsync(request, context);
        }
        catch
        {
            table.Abandon(acquisition);
            throw;
        }

        Volatile.Write(ref _header, answer.Header);
        var read = answer.Responses[0].ResponseRange;
        if (!answer.Succeeded)
        {
            _ = AbandonAsync(acquisition, answer.Responses[1].ResponseRange);
            return new RangeResponse(read) { Header = answer.Header }.ToByteArray();
        }

        var pair = read.Kvs.Count > 0 ? read.Kvs[0] : null;
        var revision = answer.Header.Revision;
        if (!table.TryComplete(acquisition, revision, pair, out var pushedOut))
        {
            _ = handover.GiveBackAsync(acquisition.Key, revision);
        }

        foreach (var owned in pushedOut)
        {
            _ = handover.GiveBackAsync(owned.Key, owned.Revision);
        }

        return new RangeResponse(OwnedAnswer.Of(request, pair)) { Header = answer.Header }.ToByteArray();
    }

    // A leasing key of this session that owns nothing is left over from an attempt whose answer was lost.
    private async Task AbandonAsync(Acquisition acquisition, RangeResponse leasing)
    {
        if (leasing.Kvs.Count > 0 && leasing.Kvs[0].Lease == acquisition.Lease)
        {
            await handover.GiveBackAsync(acquisition.Key, leasing.Kvs[0].CreateRevision);
        }

        table.Abandon(acquisition);
    }

    /// <summary>Writes when nobody else owns anything of it; whoever does is asked to give it back, and waited for.</summary>
    private async Task<TxnResponse> WriteAsync(RequestOp operation, IReadOnlyList<KeyInterval> keys, CallContext context)
    {
        var written = Fewer(keys);
        var intent = table.Announce(written);
        try
        {
            // From here on no leasing key of this proxy comes into being among them.
            await Task.WhenAll(intent.Acquisitions).WaitAsync(context.Cancellation);
            HashSet<KeyInterval> ownRanges = [];
            while (true)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var begun = table.Begin(written, ownRanges);
                var attempt = new GuardedWrite(operation, written, begun, ownRanges, seen.Newest, leasingKeys);
                var answer = await SendAsync(attempt, begun, context);
                if (answer.Succeeded)
                {
                    return answer;
                }

                await GiveWayAsync([.. attempt.Found(answer)], begun, ownRanges, context);
            }
        }
        finally
        {
            table.Withdraw(intent);
        }
    }

    private async Task<TxnResponse> SendAsync(GuardedWrite attempt, BegunWrite begun, CallContext context)
    {
        TxnResponse answer;
        try
        {
            answer = TxnResponse.Parser.ParseFrom(await kv.TxnAsync(attempt.Request, context, mayRepeat: false));
        }
        catch (GrpcStatusException refusal) when (IsRefusal(refusal.Status.Code))
        {
            KeepAll(begun);
            throw;
        }
        catch
        {
            foreach (var owned in begun.Touched)
            {
                table.LoseUnsettled(owned);
                _ = handover.GiveBackAsync(owned.Key, owned.Revision);
            }

            throw;
        }

        Volatile.Write(ref _header, answer.Header);
        if (!answer.Succeeded)
        {
            KeepAll(begun);
            return answer;
        }

        foreach (var (owned, pair) in attempt.Left(answer))
        {
            if (!table.Settle(owned, answer.Header.Revision, pair))
            {
                _ = handover.GiveBackAsync(owned.Key, owned.Revision);
            }
        }

        return answer;
    }

    private void KeepAll(BegunWrite begun)
    {
        foreach (var owned in begun.Touched)
        {
            table.Settle(owned);
        }
    }

    private async Task GiveWayAsync(
        IReadOnlyList<(KeyInterval? Range, KeyValue Leasing)> found, BegunWrite begun, HashSet<KeyInterval> ownRanges, CallContext context)
    {
        ownRanges.Clear();
        List<Task> departures = [];
        foreach (var (range, leasing) in found)
        {
            var key = leasingKeys.Out(leasing.Key);
            var isOwn = begun.Lease != 0 && leasing.Lease == begun.Lease;
            if (isOwn && range is { } own)
            {
                ownRanges.Add(own);
            }
            else if (isOwn && begun.Touched.Any(owned => owned.Key.Equals(key) && owned.Revision == leasing.CreateRevision))
            {
                // It was not this one that was in the way.
            }
            else
            {
                table.Disown(key, leasing.CreateRevision);
                departures.Add(isOwn ? handover.GiveBackAsync(key, leasing.CreateRevision) : handover.AskBackAsync(leasing, context));
            }
        }

        await Task.WhenAll(departures);
    }

    private static bool IsRefusal(StatusCode code) => code is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition
        or StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.OutOfRange or StatusCode.AlreadyExists;

    // A transaction may have no more than 128 conditions: very many keys are guarded as one range, which asks back more
    // than needed, but no less.
    private static IReadOnlyList<KeyInterval> Fewer(IReadOnlyList<KeyInterval> written)
    {
        KeyInterval[] distinct = [.. written.Distinct()];
        return distinct.Count(static keys => keys.IsPoint) <= PointsMax && distinct.Count(static keys => !keys.IsPoint) <= RangesMax
            ? distinct
            : [KeyInterval.Covering(distinct)];
    }
}
