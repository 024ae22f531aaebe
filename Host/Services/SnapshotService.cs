using System.Security.Cryptography;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Persistence.Bbolt;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>
/// <c>Maintenance.Snapshot</c>: the state of one moment as an etcd database, then the SHA-256 of it. Nobody waits for
/// it: it reads a view that does not change, sends no faster than the client takes, and holds one chunk and the branch
/// pages of the file, less than a hundredth of its size.
/// </summary>
public sealed class SnapshotService(EtcdNode node, StorageMetrics storage, string version)
{
    /// <summary>Bytes of the database in one message (etcd: <c>snapshotSendBufferSize</c>).</summary>
    private const int ChunkBytes = 32 * 1024;

    /// <summary>Bytes written to the connection before a flush waits for the client.</summary>
    private const long FlushBytes = 64 * 1024;

    /// <summary>Bytes after which the thread is given back, for a client that takes all at once.</summary>
    private const long TurnBytes = 1024 * 1024;

    private readonly Version _version = Version.Parse(version);

    public void Register(GrpcMethodTable table)
        => table.ServerStream("etcdserverpb.Maintenance", "Snapshot", SnapshotRequest.Parser, ServeAsync);

    private ValueTask ServeAsync(SnapshotRequest request, GrpcCall call) => new(storage.MeasureSnapshotAsync(() => SendAsync(call)));

    private async Task SendAsync(GrpcCall call)
    {
        var cancellation = call.CancellationToken;
        var state = await node.CaptureStateAsync();

        // Reads the whole store without a pause, which threads that serve requests should not do.
        var database = await Task.Factory.StartNew(
            () => BboltWriter.Plan(EtcdExport.Buckets(state, _version), cancellation),
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using var sending = new Sending(call, database.Length, EtcdExport.StorageVersion(_version).ToString(3));
        foreach (var block in database.Blocks(cancellation))
        {
            if (!await sending.AddAsync(block))
            {
                return;
            }
        }

        await sending.CompleteAsync();
    }

    /// <summary>Cuts the database into messages.</summary>
    private sealed class Sending(GrpcCall call, long length, string storageVersion) : IDisposable
    {
        private readonly byte[] _chunk = new byte[ChunkBytes];
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int _filled;
        private long _sent;

        /// <summary>False when the client is gone.</summary>
        public async ValueTask<bool> AddAsync(ReadOnlyMemory<byte> block)
        {
            var rest = block;
            while (!rest.IsEmpty)
            {
                var count = Math.Min(rest.Length, ChunkBytes - _filled);
                rest[..count].CopyTo(_chunk.AsMemory(_filled));
                rest = rest[count..];
                _filled += count;
                if (_filled == ChunkBytes && !await SendAsync())
                {
                    return false;
                }
            }

            return true;
        }

        public async ValueTask CompleteAsync()
        {
            if (_filled > 0 && !await SendAsync())
            {
                return;
            }

            Invariant.Check(_sent == length, $"a database of {_sent} bytes was planned with {length}");
            var hash = _hash.GetHashAndReset();
            call.Respond(Message(hash, remaining: 0));
            await call.FlushAsync();
        }

        public void Dispose() => _hash.Dispose();

        private async ValueTask<bool> SendAsync()
        {
            var before = _sent;
            _sent += _filled;
            _hash.AppendData(_chunk, 0, _filled);
            call.Respond(Message(_chunk.AsMemory(0, _filled), length - _sent));
            _filled = 0;
            if (call.UnflushedBytes >= FlushBytes && !await call.FlushAsync())
            {
                return false;
            }

            if (before / TurnBytes != _sent / TurnBytes)
            {
                await Task.Yield();
            }

            return true;
        }

        // The bytes are written before the call returns, so the chunk can be filled again.
        private SnapshotResponse Message(ReadOnlyMemory<byte> blob, long remaining) => new()
        {
            RemainingBytes = (ulong)remaining,
            Blob = UnsafeByteOperations.UnsafeWrap(blob),
            Version = storageVersion,
        };
    }
}
