using System.Buffers;
using System.Collections.Immutable;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Specs.Wire;
using Google.Protobuf;
using Xunit;
using Mvcc = ActorEtcd.Host.Protos.Mvccpb;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;
using RangeStreamResponse = ActorEtcd.Host.Grpc.Wire.RangeStreamResponse;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>What the hand-written encoders write equals, byte for byte, what the generated messages write.</summary>
public sealed class ResponseWriterSpec
{
    private const int Rounds = 400;

    [Fact]
    public void Results_are_encoded_as_the_generated_messages_are()
    {
        int seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            ResponseHeaderFields header = Header(random);
            OpResult result = Result(random, depth: 3);

            byte[] written = Encode(new OpResponse(header, result));

            IMessage expected = Message(result, Header(header));
            Assert.True(expected.ToByteArray().AsSpan().SequenceEqual(written), $"seed {seed} round {round}: {expected}");
            byte[] pieces = [.. new OpResponse(header, result).Pieces().SelectMany(static piece => piece.ToArray())];
            Assert.True(pieces.AsSpan().SequenceEqual(written), $"seed {seed} round {round}: the pieces of {expected}");
        }
    }

    [Fact]
    public void Watch_responses_are_encoded_as_the_generated_messages_are()
    {
        int seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            ResponseHeaderFields header = Header(random);
            WatchEvent[] events = [.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => new WatchEvent(
                random.Next(2) == 0, Kv(random).ToByteArray(), random.Next(2) == 0 ? default : Kv(random).ToByteArray()))];
            var response = new WatchResponse
            {
                Header = header,
                WatchId = random.Number(),
                Created = random.Next(2) == 0,
                Canceled = random.Next(2) == 0,
                CompactRevision = random.Number(),
                CancelReason = random.Next(2) == 0 ? null : "gr\u00fcnde",
                Fragment = random.Next(2) == 0,
                Events = events,
            };

            var expected = new Pb.WatchResponse
            {
                Header = Header(header),
                WatchId = response.WatchId,
                Created = response.Created,
                Canceled = response.Canceled,
                CompactRevision = response.CompactRevision,
                CancelReason = response.CancelReason ?? string.Empty,
                Fragment = response.Fragment,
            };
            expected.Events.AddRange(events.Select(e => new Mvcc.Event
            {
                Type = e.IsDelete ? Mvcc.Event.Types.EventType.Delete : Mvcc.Event.Types.EventType.Put,
                Kv = Mvcc.KeyValue.Parser.ParseFrom(e.Kv.Span),
                PrevKv = e.PrevKv.IsEmpty ? null : Mvcc.KeyValue.Parser.ParseFrom(e.PrevKv.Span),
            }));
            Assert.True(expected.ToByteArray().AsSpan().SequenceEqual(Encode(response)), $"seed {seed} round {round}");
        }
    }

    [Fact]
    public void Streamed_range_pieces_merge_to_the_range_response()
    {
        var random = new Random(7);
        ResponseHeaderFields header = Header(random);
        RangeResult whole = Range(random) with { More = true, Count = 99 };
        RangeResult first = whole with { Kvs = whole.Kvs[..(whole.Kvs.Length / 2)] };
        RangeResult rest = whole with { Kvs = whole.Kvs[(whole.Kvs.Length / 2)..] };

        var merged = new Pb.RangeStreamResponse();
        merged.MergeFrom(Encode(RangeStreamResponse.Piece(first)));
        Assert.Null(merged.RangeResponse.Header);
        merged.MergeFrom(Encode(RangeStreamResponse.Last(header, rest)));

        Assert.Equal(Message(whole, Header(header)), merged.RangeResponse);
    }

    // Small buffers, so that every piece of a message crosses a border somewhere.
    private static byte[] Encode<TPayload>(TPayload payload)
        where TPayload : struct, IGrpcPayload
    {
        var buffer = new TightBuffer();
        var writer = new WireWriter(buffer, payload.ComputeSize());
        payload.WriteTo(ref writer);
        writer.Flush();
        Assert.Equal(payload.ComputeSize(), writer.Written);
        return [.. buffer.Bytes];
    }

    private static OpResult Result(Random random, int depth) => random.Next(depth > 0 ? 4 : 3) switch
    {
        0 => Range(random),
        1 => new PutResult(random.Number(), random.Next(2) == 0 ? null : Kv(random).ToByteArray()),
        2 => new DeleteRangeResult(random.Number(), random.Number(), Records(random)),
        _ => new TxnResult(
            random.Number(),
            random.Next(2) == 0,
            [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => Result(random, depth - 1))]),
    };

    private static RangeResult Range(Random random) =>
        new(random.Number(), Records(random), random.Next(2) == 0, random.Number());

    private static ImmutableArray<ReadOnlyMemory<byte>> Records(Random random) =>
        [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => (ReadOnlyMemory<byte>)Kv(random).ToByteArray())];

    private static IMessage Message(OpResult result, Pb.ResponseHeader header)
    {
        switch (result)
        {
            case RangeResult r:
                var range = new Pb.RangeResponse { Header = header, More = r.More, Count = r.Count };
                range.Kvs.AddRange(r.Kvs.Select(kv => Mvcc.KeyValue.Parser.ParseFrom(kv.Span)));
                return range;
            case PutResult r:
                Mvcc.KeyValue? prev = r.PrevKv is { } kv ? Mvcc.KeyValue.Parser.ParseFrom(kv.Span) : null;
                return new Pb.PutResponse { Header = header, PrevKv = prev };
            case DeleteRangeResult r:
                var delete = new Pb.DeleteRangeResponse { Header = header, Deleted = r.Deleted };
                delete.PrevKvs.AddRange(r.PrevKvs.Select(record => Mvcc.KeyValue.Parser.ParseFrom(record.Span)));
                return delete;
            default:
                var r4 = (TxnResult)result;
                var txn = new Pb.TxnResponse { Header = header, Succeeded = r4.Succeeded };
                txn.Responses.AddRange(r4.Responses.Select(Op));
                return txn;
        }
    }

    private static Pb.ResponseOp Op(OpResult result) =>
        Message(result, new Pb.ResponseHeader { Revision = result.Revision }) switch
        {
            Pb.RangeResponse range => new Pb.ResponseOp { ResponseRange = range },
            Pb.PutResponse put => new Pb.ResponseOp { ResponsePut = put },
            Pb.DeleteRangeResponse delete => new Pb.ResponseOp { ResponseDeleteRange = delete },
            var txn => new Pb.ResponseOp { ResponseTxn = (Pb.TxnResponse)txn },
        };

    private static ResponseHeaderFields Header(Random random) =>
        new((ulong)random.Number(), (ulong)random.Number(), random.Number(), (ulong)random.Number());

    private static Pb.ResponseHeader Header(ResponseHeaderFields header) => new()
    {
        ClusterId = header.ClusterId,
        MemberId = header.MemberId,
        Revision = header.Revision,
        RaftTerm = header.RaftTerm,
    };

    private static Mvcc.KeyValue Kv(Random random) => new()
    {
        Key = random.Blob(40),
        Value = random.Blob(random.Next(10) == 0 ? 70_000 : 300),
        CreateRevision = random.Number(),
        ModRevision = 1 + Math.Abs(random.NextInt64() / 2),
        Version = random.Number(),
        Lease = random.Number(),
    };

    private sealed class TightBuffer : IBufferWriter<byte>
    {
        private byte[] _block = [];

        public List<byte> Bytes { get; } = [];

        public void Advance(int count) => Bytes.AddRange(_block.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _block = new byte[Math.Clamp(sizeHint, 10, 13)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
