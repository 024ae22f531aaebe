using System.Globalization;
using System.Net;
using System.Text.Json;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Discovery;

/// <summary>A token as a directory of the v2 API: <c>_config/size</c>, and a key for each member.</summary>
internal sealed class V2Registry : IRegistry
{
    private const int NodeExists = 105;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly string _directory;

    /// <param name="url">The token's directory.</param>
    /// <param name="proxy">An HTTP proxy on the way there; null for none.</param>
    /// <exception cref="ConfigException">The URL is none.</exception>
    public V2Registry(string url, string? proxy)
    {
        _directory = UriOf(url, "--discovery").ToString().TrimEnd('/');
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectWithin, UseProxy = proxy is not null };
        if (proxy is not null)
        {
            handler.Proxy = new WebProxy(UriOf(proxy.Contains("://", StringComparison.Ordinal) ? proxy : "http://" + proxy, "--discovery-proxy"));
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<RegistryState> ReadAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerWithin);
        using var size = await GetAsync("/_config/size", limit.Token, cancellation);
        if (size is null)
        {
            return new RegistryState(SizeText: null, [], Index: 0);
        }

        using var all = await GetAsync(string.Empty, limit.Token, cancellation)
            ?? throw new ConfigException("discovery: token not found");
        return new RegistryState(
            size.Root.GetProperty("node").GetProperty("value").GetString(),
            [.. NodesOf(all.Root).Where(static one => one.Id != "_config")],
            all.Index);
    }

    public async Task RegisterAsync(string id, string text, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerWithin);
        await AnsweringAsync(cancellation, async () =>
        {
            using var form = new FormUrlEncodedContent([new("value", text)]);
            using var response = await _http.PutAsync(new Uri($"{_directory}/{id}?prevExist=false"), form, limit.Token);
            using var answer = await Answer.ReadAsync(response, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw ErrorCodeOf(answer) == NodeExists
                    ? new ConfigException("discovery: found duplicate id")
                    : new RegistryUnavailableException($"{(int)response.StatusCode} {response.ReasonPhrase}");
            }

            return 0;
        });
    }

    public Task WaitAsync(long after, CancellationToken cancellation) => AnsweringAsync(cancellation, async () =>
    {
        var index = (after + 1).ToString(CultureInfo.InvariantCulture);
        using var response = await _http.GetAsync(new Uri($"{_directory}?wait=true&recursive=true&waitIndex={index}"), cancellation);

        // Whatever the answer is, also that the history does not reach back so far: the directory is read again.
        return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.BadRequest
            ? 0
            : throw new RegistryUnavailableException($"{(int)response.StatusCode} {response.ReasonPhrase}");
    });

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Uri UriOf(string text, string flag)
        => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new ConfigException($"{flag}: \"{text}\" is no URL of http or https");

    private static IEnumerable<Registration> NodesOf(JsonElement answer)
    {
        if (!answer.GetProperty("node").TryGetProperty("nodes", out var nodes))
        {
            yield break;
        }

        foreach (var node in nodes.EnumerateArray().Where(static node => node.TryGetProperty("value", out _)))
        {
            var key = node.GetProperty("key").GetString()!;
            yield return new Registration(
                key[(key.LastIndexOf('/') + 1)..], node.GetProperty("value").GetString()!, node.GetProperty("createdIndex").GetInt64());
        }
    }

    private static int ErrorCodeOf(Answer answer)
        => answer.Root.ValueKind == JsonValueKind.Object && answer.Root.TryGetProperty("errorCode", out var code) ? code.GetInt32() : 0;

    /// <summary>Null when there is no such key.</summary>
    private Task<Answer?> GetAsync(string below, CancellationToken limit, CancellationToken cancellation)
        => AnsweringAsync<Answer?>(cancellation, async () =>
        {
            using var response = await _http.GetAsync(new Uri(_directory + below), limit);
            var answer = await Answer.ReadAsync(response, limit);
            if (response.IsSuccessStatusCode)
            {
                return answer;
            }

            answer.Dispose();
            return response.StatusCode == HttpStatusCode.NotFound
                ? null
                : throw new RegistryUnavailableException($"{(int)response.StatusCode} {response.ReasonPhrase}");
        });

    private static async Task<T> AnsweringAsync<T>(CancellationToken cancellation, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (JsonException)
        {
            throw new ConfigException("discovery: bad discovery endpoint");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or KeyNotFoundException
            && !cancellation.IsCancellationRequested)
        {
            throw new RegistryUnavailableException(failure.Message, failure);
        }
    }

    private sealed class Answer(JsonDocument document, long index) : IDisposable
    {
        public JsonElement Root => document.RootElement;

        public long Index => index;

        public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
        {
            var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            var header = response.Headers.TryGetValues("X-Etcd-Index", out var values) ? values.First() : "0";
            return new Answer(document, long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0);
        }

        public void Dispose() => document.Dispose();
    }
}
