using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using RangeRequest = ActorEtcd.Host.Protos.Etcdserverpb.RangeRequest;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Clients that ask for large ranges, all at once, and take the answers only later, without keeping them.</summary>
internal sealed class LeisurelyReaders(IReadOnlyList<MemberProcess> members) : IAsyncDisposable
{
    private const int PrefixBytes = 5;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(180);

    private readonly List<HttpClient> _clients = [];
    private readonly List<HttpResponseMessage> _answers = [];

    /// <summary>So many of each member; returns when all answers have begun.</summary>
    public async Task OpenAsync(RangeRequest request, int ofEachMember)
    {
        byte[] body = new byte[PrefixBytes + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), request.CalculateSize());
        request.WriteTo(body.AsSpan(PrefixBytes));
        HttpResponseMessage[] opened = await Task.WhenAll(members.SelectMany(member => Enumerable.Range(0, ofEachMember).Select(_ =>
            Poll.UntilAsync($"a range of {member.Settings.Name} to begin", Within, () => TryOpenAsync(member, body)))));
        _answers.AddRange(opened);
    }

    /// <summary>Takes all answers to their ends; the sum of their bytes.</summary>
    public async Task<long> DrainAsync()
    {
        long[] bytes = await Task.WhenAll(_answers.Select(DrainAsync));
        return bytes.Sum();
    }

    public ValueTask DisposeAsync()
    {
        _answers.ForEach(answer => answer.Dispose());
        _clients.ForEach(client => client.Dispose());
        return ValueTask.CompletedTask;
    }

    private static async Task<long> DrainAsync(HttpResponseMessage answer)
    {
        byte[] buffer = new byte[64 * 1024];
        await using Stream stream = await answer.Content.ReadAsStreamAsync();
        long total = 0;
        while (await stream.ReadAsync(buffer) is var read and > 0)
        {
            total += read;
        }

        string status = answer.TrailingHeaders.TryGetValues("grpc-status", out var values) ? string.Join(',', values) : "missing";
        return status == "0" ? total : throw new InvalidOperationException($"grpc-status {status} after {total} bytes");
    }

    /// <summary>Null when it was refused, which the headers tell.</summary>
    private async Task<HttpResponseMessage?> TryOpenAsync(MemberProcess member, byte[] body)
    {
        HttpResponseMessage answer = await OpenAsync(member, body);
        if (!answer.Headers.Contains("grpc-status"))
        {
            return answer;
        }

        answer.Dispose();
        return null;
    }

    private async Task<HttpResponseMessage> OpenAsync(MemberProcess member, byte[] body)
    {
        var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        lock (_clients)
        {
            _clients.Add(client);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, $"http://{member.Endpoint}/etcdserverpb.KV/Range")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
