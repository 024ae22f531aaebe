using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>A lease that is kept alive, and a key of it in a queue: who has the oldest key below a prefix owns it.</summary>
internal sealed class CtlSession : IAsyncDisposable
{
    private readonly CtlClient _client;
    private readonly CancellationTokenSource _stop;

    private CtlSession(CtlClient client, long lease, CancellationToken interrupted)
    {
        _client = client;
        Lease = lease;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        Expired = KeepAliveAsync();
    }

    public long Lease { get; }

    /// <summary>Ends when the lease is gone.</summary>
    public Task Expired { get; }

    public static async Task<CtlSession> OpenAsync(CtlClient client, long ttl, CancellationToken interrupted)
    {
        var granted = await client.CallAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = ttl }).ConfigureAwait(false);
        return new CtlSession(client, granted.ID, interrupted);
    }

    public ByteString KeyBelow(string prefix)
        => ByteString.CopyFromUtf8(prefix + "/" + Lease.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>Puts our key and waits until it is the oldest. Returns the revision at which it was put.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; our key is gone.</exception>
    public async Task<(long Revision, ResponseHeader Header)> AcquireAsync(string prefix, ByteString value, CancellationToken interrupted)
    {
        var key = KeyBelow(prefix);
        var request = new TxnRequest();
        request.Compare.Add(new Compare
        {
            Key = key,
            Target = Compare.Types.CompareTarget.Create,
            Result = Compare.Types.CompareResult.Equal,
            CreateRevision = 0,
        });
        request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = key, Value = value, Lease = Lease } });
        request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = key } });
        var answer = await _client.CallAsync(EtcdMethods.Txn, request).ConfigureAwait(false);
        long revision = answer.Succeeded ? answer.Header.Revision : answer.Responses[0].ResponseRange.Kvs[0].CreateRevision;
        try
        {
            var header = await WaitForOlderAsync(ByteString.CopyFromUtf8(prefix + "/"), revision - 1, interrupted).ConfigureAwait(false);
            return (revision, header);
        }
        catch (OperationCanceledException)
        {
            await DeleteAsync(key).ConfigureAwait(false);
            throw;
        }
    }

    public Task DeleteAsync(ByteString key) => _client.CallAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = key });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Expired.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Waits until nothing below the prefix is as old as the revision.</summary>
    private async Task<ResponseHeader> WaitForOlderAsync(ByteString prefix, long revision, CancellationToken interrupted)
    {
        while (true)
        {
            var request = new RangeRequest
            {
                Key = prefix,
                RangeEnd = KeyRange.PrefixEnd(prefix),
                SortOrder = RangeRequest.Types.SortOrder.Descend,
                SortTarget = RangeRequest.Types.SortTarget.Create,
                MaxCreateRevision = revision,
                Limit = 1,
            };
            var last = await _client.CallAsync(EtcdMethods.Range, request, isRead: true).ConfigureAwait(false);
            if (last.Kvs.Count == 0)
            {
                return last.Header;
            }

            await WaitForDeleteAsync(last.Kvs[0].Key, last.Header.Revision, interrupted).ConfigureAwait(false);
        }
    }

    private async Task WaitForDeleteAsync(ByteString key, long revision, CancellationToken interrupted)
    {
        using var deleted = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var session = new WatchSession(_client);
        await session.AddAsync(
            new WatchCreateRequest { Key = key, StartRevision = revision },
            async answer =>
            {
                if (answer.Canceled || answer.Events.Any(static one => one.Type == Event.Types.EventType.Delete))
                {
                    await deleted.CancelAsync().ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        await session.RunAsync(deleted.Token).ConfigureAwait(false);
        interrupted.ThrowIfCancellationRequested();
    }

    private async Task KeepAliveAsync()
    {
        await foreach (var _ in LeaseKeeper.KeepAsync(_client, Lease, _stop.Token).ConfigureAwait(false))
        {
            // Renewed.
        }
    }
}
