using System.Buffers;
using System.Collections.Immutable;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Messages;
using ActorEtcd.Wire;
using Google.Protobuf;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;
using WatchResponse = ActorEtcd.Host.Grpc.Wire.WatchResponse;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>Just enough of a store, in memory, to be talked to by etcd's own client.</summary>
internal sealed class ToyStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<Bytes, byte[]> _records = [];
    private Action<byte[], long>? _changed;
    private long _revision = 1;

    private ResponseHeaderFields Header => new(1, 2, _revision, 3);

    public void Register(GrpcMethodTable table) => table
        .Add("etcdserverpb.KV", "Range", GrpcMethodType.Unary, Range)
        .Add("etcdserverpb.KV", "Put", GrpcMethodType.Unary, Put)
        .BidiStream("etcdserverpb.Watch", "Watch", Pb.WatchRequest.Parser, WatchAsync)
        .Unary("etcdserverpb.Maintenance", "Status", Pb.StatusRequest.Parser, (_, _) =>
            ValueTask.FromResult(new Pb.StatusResponse { Header = new(), Version = "3.7.0", DbSize = 4096 }));

    private ValueTask Range(GrpcCall call)
    {
        RangeRequest request = KvCodec.ReadRange(call.Request.ToArray());
        if (request.Key.IsEmpty)
        {
            call.Fail(EtcdErrors.EmptyKey);
            return ValueTask.CompletedTask;
        }

        lock (_lock)
        {
            ImmutableArray<ReadOnlyMemory<byte>> records = [.. _records
                .Where(pair => request.RangeEnd.IsEmpty
                    ? pair.Key == request.Key
                    : pair.Key >= request.Key && pair.Key < request.RangeEnd)
                .Select(pair => (ReadOnlyMemory<byte>)pair.Value)];
            call.Respond(new OpResponse(Header, new RangeResult(_revision, records, More: false, records.Length)));
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask Put(GrpcCall call)
    {
        PutRequest request = KvCodec.ReadPut(call.Request.ToArray());
        lock (_lock)
        {
            _revision++;
            byte[] record = new KeyValue
            {
                Key = ByteString.CopyFrom(request.Key.Span),
                Value = ByteString.CopyFrom(request.Value.Span),
                CreateRevision = _revision,
                ModRevision = _revision,
                Version = 1,
            }.ToByteArray();
            _records[request.Key] = record;
            call.Respond(new OpResponse(Header, new PutResult(_revision, PrevKv: null)));
            _changed?.Invoke(record, _revision);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask WatchAsync(GrpcRequestStream<Pb.WatchRequest> requests, GrpcCall call)
    {
        await requests.MoveNextAsync();
        var events = System.Threading.Channels.Channel.CreateUnbounded<(byte[] Record, long Revision)>();
        _changed += (record, revision) => events.Writer.TryWrite((record, revision));
        call.Respond(new WatchResponse { Header = Header, WatchId = 0, Created = true });
        await call.FlushAsync();
        await foreach ((byte[] record, long revision) in events.Reader.ReadAllAsync(call.CancellationToken))
        {
            await call.RespondAndFlushAsync(new WatchResponse
            {
                Header = Header with { Revision = revision },
                WatchId = 0,
                Events = new[] { new WatchEvent(IsDelete: false, record, default) },
            });
        }
    }
}
