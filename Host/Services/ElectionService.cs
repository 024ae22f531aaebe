using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Messages;
using ActorEtcd.Watch;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>v3election.Election</c> service: candidates queue up with a value; the first one leads.</summary>
public sealed class ElectionService(EtcdNode node, ResponseHeaders headers)
{
    private const string Name = "v3electionpb.Election";
    private const string LeaderMissing = "\"leader\" field must be provided";
    private const string NotLeader = "election: not leader";
    private const string NoLeader = "election: no leader";

    private readonly KeyQueue _queue = new(node);

    public void Register(GrpcMethodTable table) => table
        .Unary(Name, "Campaign", CampaignRequest.Parser, (request, call) => KeyQueue.AnswerAsync(CampaignAsync(request, call)))
        .Unary(Name, "Proclaim", ProclaimRequest.Parser, (request, call) => KeyQueue.AnswerAsync(ProclaimAsync(request, CallCredentials.Of(call))))
        .Unary(Name, "Leader", LeaderRequest.Parser, (request, call) => KeyQueue.AnswerAsync(LeaderAsync(request, CallCredentials.Of(call))))
        .ServerStream(Name, "Observe", LeaderRequest.Parser, ObserveAsync)
        .Unary(Name, "Resign", ResignRequest.Parser, (request, call) => KeyQueue.AnswerAsync(ResignAsync(request, CallCredentials.Of(call))));

    private async ValueTask<CampaignResponse> CampaignAsync(CampaignRequest request, GrpcCall call)
    {
        var credentials = CallCredentials.Of(call);
        var lease = await _queue.SessionAsync(request.Lease, credentials);
        var prefix = KeyQueue.PrefixOf(request.Name);
        var key = KeyQueue.KeyOf(prefix, lease);
        var put = new PutRequest(key, request.Value.Memory, lease);
        var entered = await _queue.TxnAsync(key, createRevision: 0, success: [put], failure: [new RangeRequest { Key = key }], credentials);
        var revision = entered.Revision;
        if (!entered.Succeeded)
        {
            // The candidate stands already, perhaps with another value.
            revision = await RepeatAsync(((RangeResult)entered.Responses[0]).Kvs[0], put, credentials);
        }

        try
        {
            await _queue.WaitForEarlierAsync(prefix, revision, credentials, call.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            await WithdrawAsync(key, revision, credentials);
            throw;
        }

        return new CampaignResponse
        {
            Header = headers.Message(entered.Revision),
            Leader = new LeaderKey
            {
                Name = request.Name,
                Key = UnsafeByteOperations.UnsafeWrap(key.Memory),
                Rev = revision,
                Lease = lease.Value,
            },
        };
    }

    private async ValueTask<long> RepeatAsync(ReadOnlyMemory<byte> record, PutRequest put, Credentials credentials)
    {
        var revision = Store.KeyValue.Parse(record.Span).CreateRevision;
        if (Store.KeyValue.Parse(record.Span).Value.SequenceEqual(put.Value.Span))
        {
            return revision;
        }

        var changed = await _queue.TxnAsync(put.Key, revision, success: [put], failure: [], credentials);
        return changed.Succeeded ? revision : throw KeyQueue.Failure(NotLeader);
    }

    private async ValueTask WithdrawAsync(Bytes key, long revision, Credentials credentials)
    {
        try
        {
            await _queue.TxnAsync(key, revision, success: [new DeleteRangeRequest(key)], failure: [], credentials);
        }
        catch (EtcdException)
        {
            // Nobody listens any more; the lease ends the candidacy.
        }
    }

    private async ValueTask<ProclaimResponse> ProclaimAsync(ProclaimRequest request, Credentials credentials)
    {
        var leader = request.Leader ?? throw KeyQueue.Failure(LeaderMissing);
        var lease = await _queue.SessionAsync(leader.Lease, credentials);
        var put = new PutRequest(leader.Key.Memory, request.Value.Memory, lease);
        var changed = await _queue.TxnAsync(put.Key, leader.Rev, success: [put], failure: [], credentials);
        return changed.Succeeded
            ? new ProclaimResponse { Header = headers.Message(changed.Revision) }
            : throw KeyQueue.Failure(NotLeader);
    }

    private async ValueTask<ResignResponse> ResignAsync(ResignRequest request, Credentials credentials)
    {
        var leader = request.Leader ?? throw KeyQueue.Failure(LeaderMissing);
        Bytes key = leader.Key.Memory;
        var resigned = await _queue.TxnAsync(key, leader.Rev, success: [new DeleteRangeRequest(key)], failure: [], credentials);
        return new ResignResponse { Header = headers.Message(resigned.Revision) };
    }

    private async ValueTask<LeaderResponse> LeaderAsync(LeaderRequest request, Credentials credentials)
    {
        var first = await node.RangeAsync(KeyQueue.First(KeyQueue.PrefixOf(request.Name)), credentials);
        return first.Kvs.IsEmpty ? throw KeyQueue.Failure(NoLeader) : ResponseOf(first.Revision, first.Kvs[0]);
    }

    /// <summary>Tells every leader and every value of a leader, as far as they are seen, the newest always.</summary>
    private async ValueTask ObserveAsync(LeaderRequest request, GrpcCall call)
    {
        var prefix = KeyQueue.PrefixOf(request.Name);
        var credentials = CallCredentials.Of(call);
        while (true)
        {
            var first = await KeyQueue.AnswerAsync(node.RangeAsync(KeyQueue.First(prefix), credentials));
            var response = first.Kvs.IsEmpty
                ? await KeyQueue.AnswerAsync(FirstToStandAsync(prefix, first.Revision, credentials, call.CancellationToken))
                : ResponseOf(first.Revision, first.Kvs[0]);
            if (response is null
                || !await call.RespondAndFlushAsync(response)
                || !await KeyQueue.AnswerAsync(FollowAsync(response.Kv.Key.Memory, response.Header.Revision + 1, credentials, call)))
            {
                return;
            }
        }
    }

    private async ValueTask<LeaderResponse?> FirstToStandAsync(
        Bytes prefix, long fromRevision, Credentials credentials, CancellationToken cancellationToken)
    {
        using var watch = await KeyWatch.OpenAsync(node, KeyQueue.RangeOf(prefix), fromRevision, credentials);
        while (await watch.NextAsync(cancellationToken) is { Canceled: false } update)
        {
            foreach (var happened in update.Events)
            {
                if (!happened.IsDelete)
                {
                    return ResponseOf(happened.Revision, happened.Kv);
                }
            }
        }

        return null;
    }

    /// <summary>Tells the leader's values until it is gone; false when there is nobody to tell or nothing to hear.</summary>
    private async ValueTask<bool> FollowAsync(Bytes key, long fromRevision, Credentials credentials, GrpcCall call)
    {
        using var watch = await KeyWatch.OpenAsync(node, new WatchRange(key, default), fromRevision, credentials);
        while (await watch.NextAsync(call.CancellationToken) is { Canceled: false } update)
        {
            foreach (var happened in update.Events)
            {
                if (happened.IsDelete)
                {
                    return true;
                }

                if (!await call.RespondAndFlushAsync(ResponseOf(update.HeaderRevision, happened.Kv)))
                {
                    return false;
                }
            }
        }

        return false;
    }

    private LeaderResponse ResponseOf(long revision, ReadOnlyMemory<byte> record) => new()
    {
        Header = headers.Message(revision),
        Kv = KeyValue.Parser.ParseFrom(record.Span),
    };
}
