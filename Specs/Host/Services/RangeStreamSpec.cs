using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Services;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>Ranges in pieces, which etcd has since 3.7.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class RangeStreamSpec(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Keys = 100;

    private static readonly GrpcMethod<RangeRequest, RangeStreamResponse> RangeStream =
        GrpcMethod.Protobuf<RangeRequest, RangeStreamResponse>(EtcdMethods.Kv, "RangeStream");

    private GrpcChannel Channel => fixture.Server.Channel;

    [Theory]
    [InlineData(10, 100, 1000, 20)]
    [InlineData(10, 500, 1000, 10)]
    [InlineData(10, 2000, 1000, 10)]
    [InlineData(10, 2001, 1000, 5)]
    [InlineData(1, 9000, 1000, 1)]
    public void Next_piece_doubles_or_halves_outside_half_and_twice_the_wanted_size(
        long limit, long size, long wantedSize, long expected)
        => Assert.Equal(expected, RangeStreamService.NextLimit(limit, size, wantedSize));

    [Fact]
    public async Task Pieces_make_up_the_range()
    {
        RangeRequest request = await FilledAsync("whole/");
        RangeResponse whole = await Channel.UnaryAsync(EtcdMethods.Range, request);

        List<RangeResponse> pieces = await PiecesAsync(request);

        Assert.Equal([10, 20, 40, 30], pieces.Select(piece => piece.Kvs.Count));
        Assert.All(pieces.SkipLast(1), piece => Assert.Equal((null, 0, false), (piece.Header, piece.Count, piece.More)));
        Assert.Equal(whole.Kvs, pieces.SelectMany(piece => piece.Kvs));
        Assert.Equal(whole.Header, pieces[^1].Header);
        Assert.Equal((Keys, false), (pieces[^1].Count, pieces[^1].More));
    }

    [Fact]
    public async Task Limit_cuts_and_the_last_piece_says_so()
    {
        RangeRequest request = await FilledAsync("limit/");
        request.Limit = 25;
        request.KeysOnly = true;

        List<RangeResponse> pieces = await PiecesAsync(request);

        Assert.Equal([10, 15], pieces.Select(piece => piece.Kvs.Count));
        Assert.Equal((Keys, true), (pieces[^1].Count, pieces[^1].More));
        Assert.All(pieces.SelectMany(piece => piece.Kvs), record => Assert.True(record.Value.IsEmpty));
    }

    [Fact]
    public async Task Count_and_empty_ranges_are_one_piece()
    {
        RangeRequest request = await FilledAsync("count/");
        request.CountOnly = true;
        RangeResponse count = Assert.Single(await PiecesAsync(request));
        Assert.Equal((Keys, 0), (count.Count, count.Kvs.Count));

        RangeResponse none = Assert.Single(await PiecesAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("none") }));
        Assert.Equal((0, 0), (none.Count, none.Kvs.Count));
        Assert.NotEqual(0, none.Header.Revision);
    }

    [Fact]
    public async Task Options_that_need_the_whole_range_are_refused()
    {
        ByteString key = ByteString.CopyFromUtf8("a");
        var descend = new RangeRequest { Key = key, SortOrder = RangeRequest.Types.SortOrder.Descend };
        var filtered = new RangeRequest { Key = key, MinModRevision = 1 };

        Assert.Equal(
            "Unimplemented: RangeStream does not support custom sort orders", await RefusalAsync(descend));
        Assert.Equal("Unimplemented: RangeStream does not support revision filters", await RefusalAsync(filtered));
        Assert.Equal("InvalidArgument: etcdserver: key is not provided", await RefusalAsync(new RangeRequest()));
        Assert.Equal(
            "OutOfRange: etcdserver: mvcc: required revision is a future revision",
            await RefusalAsync(new RangeRequest { Key = key, Revision = 1_000_000 }));
    }

    private async Task<RangeRequest> FilledAsync(string prefix)
    {
        for (int at = 0; at < Keys; at++)
        {
            ByteString key = ByteString.CopyFromUtf8(prefix + at.ToString("d3", CultureInfo.InvariantCulture));
            await Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = key, Value = key });
        }

        byte[] end = ByteString.CopyFromUtf8(prefix).ToByteArray();
        end[^1]++;
        return new RangeRequest { Key = ByteString.CopyFromUtf8(prefix), RangeEnd = ByteString.CopyFrom(end) };
    }

    private async Task<string> RefusalAsync(RangeRequest request)
        => (await Assert.ThrowsAsync<GrpcCallException>(() => PiecesAsync(request))).Message;

    private async Task<List<RangeResponse>> PiecesAsync(RangeRequest request)
    {
        var pieces = new List<RangeResponse>();
        await using var call = Channel.ServerStreaming(RangeStream, request);
        await foreach (RangeStreamResponse piece in call.ReadAllAsync())
        {
            pieces.Add(piece.RangeResponse);
        }

        return pieces;
    }
}
