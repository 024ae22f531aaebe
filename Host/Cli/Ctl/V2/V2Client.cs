using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>Requests of the v2 API, to one endpoint after the other until one answers.</summary>
internal sealed class V2Client : IDisposable
{
    private const string DefaultEndpoints = "http://127.0.0.1:2379,http://127.0.0.1:4001";

    private readonly HttpClient _http;
    private readonly CtlWriter _error;
    private readonly TimeSpan _headerTimeout;
    private readonly TimeSpan _totalTimeout;
    private readonly bool _isDebug;
    private readonly string? _authorization;
    private bool _isSynchronising;

    private V2Client(V2Context context, List<string> endpoints, HttpClient http, string? authorization)
    {
        _http = http;
        _error = context.Console.Error;
        _headerTimeout = context.Globals.Duration("timeout");
        _totalTimeout = context.Globals.Duration("total-timeout");
        _isDebug = context.Globals.Switch("debug");
        _authorization = authorization;
        Endpoints = endpoints;
    }

    public List<string> Endpoints { get; private set; }

    public static V2Client Of(V2Context context)
    {
        var handler = new SocketsHttpHandler { UseProxy = true, PooledConnectionLifetime = Timeout.InfiniteTimeSpan };
        try
        {
            string cert = GivenOrVariable(context, "cert-file");
            string key = GivenOrVariable(context, "key-file");
            string roots = GivenOrVariable(context, "ca-file");
            if (cert.Length + key.Length + roots.Length > 0)
            {
                handler.SslOptions = CtlTls.Load(cert, key, roots, "", skipsVerification: false, isDefault: true).OptionsFor("");
                handler.SslOptions.TargetHost = null;
                handler.SslOptions.ApplicationProtocols = null;
            }

            if (DiscoveryOf(context) is { Domain.Length: > 0, AcceptsInsecure: false } discovery)
            {
                handler.SslOptions.TargetHost = discovery.Domain;
            }
        }
        catch (CtlException failure)
        {
            throw new V2Exception(V2Exit.Error, failure.Message + "\n");
        }

        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        return new V2Client(context, EndpointsOf(context), http, AuthorizationOf(context));
    }

    /// <summary>Asks the endpoints for the members, and goes on with those.</summary>
    /// <exception cref="V2Exception">No endpoint can be reached.</exception>
    public async Task SyncAsync()
    {
        if (_isDebug)
        {
            _error.WriteLine($"start to sync cluster using endpoints({string.Join(',', Endpoints)})");
        }

        _isSynchronising = true;
        var answer = await SendAsync(HttpMethod.Get, "/v2/members").ConfigureAwait(false);
        _isSynchronising = false;
        if (answer.Status == 200)
        {
            using var document = JsonDocument.Parse(answer.Body);
            var urls = V2Member.ListOf(document.RootElement).SelectMany(static member => member.ClientUrls).ToList();
            if (urls.Count == 0)
            {
                string given = string.Join(',', Endpoints);
                throw new V2Exception(
                    V2Exit.ServerError,
                    $"etcd cluster has no published client endpoints.\nTry '--no-sync' if you want to access non-published client endpoints({given}).\nError:  client: no endpoints available\n");
            }

            Endpoints = urls;
        }

        if (_isDebug)
        {
            _error.WriteLine($"got endpoints({string.Join(',', Endpoints)}) after sync");
        }
    }

    public void TellEndpoints()
    {
        if (_isDebug)
        {
            _error.WriteLine($"Cluster-Endpoints: {string.Join(", ", Endpoints)}");
        }
    }

    /// <summary>One request with a form, with JSON, or without a body.</summary>
    /// <exception cref="V2Exception">No endpoint answers.</exception>
    public async Task<V2Answer> SendAsync(HttpMethod method, string path, string? body = null, bool isJson = false, CancellationToken wait = default)
    {
        using var total = CancellationTokenSource.CreateLinkedTokenSource(wait);
        bool waits = wait.CanBeCanceled;
        if (!waits && _totalTimeout > TimeSpan.Zero)
        {
            total.CancelAfter(_totalTimeout);
        }

        var failures = new List<string>();
        foreach (string endpoint in Endpoints)
        {
            using var request = new HttpRequestMessage(method, new Uri(endpoint.TrimEnd('/') + path));
            if (_authorization != null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", _authorization);
            }

            if (body != null)
            {
                request.Content = new StringContent(
                    body, Encoding.UTF8, isJson ? "application/json" : "application/x-www-form-urlencoded");
                request.Content.Headers.ContentType!.CharSet = null;
            }

            TellCurl(method, request.RequestUri!, body, isJson);
            if (await TryAsync(request, endpoint, failures, waits, total.Token).ConfigureAwait(false) is { } answer)
            {
                return answer;
            }
        }

        wait.ThrowIfCancellationRequested();
        throw Unavailable(failures, _isSynchronising ? V2Exit.BadConnection : V2Exit.ServerError);
    }

    /// <summary>Whether the member at the URL says that it is healthy; null with the reason when it says nothing.</summary>
    public async Task<(bool? IsHealthy, string Reason)> HealthAsync(string url)
    {
        try
        {
            using var limit = new CancellationTokenSource(_totalTimeout > TimeSpan.Zero ? _totalTimeout : Timeout.InfiniteTimeSpan);
            using var response = await _http.GetAsync(new Uri(url + "/health"), limit.Token).ConfigureAwait(false);
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
            return (document.RootElement.GetProperty("health").ToString() is "true" or "True", "");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or KeyNotFoundException)
        {
            return (null, $"Get \"{url}/health\": {ReasonOf(failure)}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string GivenOrVariable(V2Context context, string flag) => context.Globals.Text(flag) is { Length: > 0 } given
        ? given
        : context.Console.Variable(CtlFlags.VariableOf(flag)) ?? "";

    // The domain of SRV records, and whether endpoints in clear text are taken from them.
    private static (string Domain, bool AcceptsInsecure) DiscoveryOf(V2Context context) => (
        GivenOrVariable(context, "discovery-srv"),
        context.Globals.Switch("insecure-discovery") || context.Console.Variable(CtlFlags.VariableOf("insecure-discovery")) is { Length: > 0 });

    /// <exception cref="V2Exception">DNS answers neither query.</exception>
    private static IReadOnlyList<string> DiscoveredBy(V2Context context)
    {
        var (domain, acceptsInsecure) = DiscoveryOf(context);
        try
        {
            string service = context.Console.Variable(CtlFlags.VariableOf("discovery-srv-name")) ?? "";
            return domain.Length == 0 ? [] : SrvEndpoints.Find(domain, service, acceptsInsecure, context.Console.Error.WriteLine);
        }
        catch (CtlException failure)
        {
            throw new V2Exception(V2Exit.Error, failure.Message + "\n");
        }
    }

    private static List<string> EndpointsOf(V2Context context)
    {
        if (DiscoveredBy(context) is { Count: > 0 } discovered)
        {
            return [.. discovered];
        }

        string given = new[] { "endpoints", "endpoint", "peers" }
            .Select(flag => GivenOrVariable(context, flag))
            .FirstOrDefault(static text => text.Length > 0) ?? DefaultEndpoints;
        return [.. given.Split(',').Select(static endpoint => endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "http://" + endpoint)];
    }

    private static string? AuthorizationOf(V2Context context)
    {
        string user = GivenOrVariable(context, "username");
        if (user.Length == 0)
        {
            return null;
        }

        string pair = user.Contains(':', StringComparison.Ordinal) ? user : $"{user}:{context.Console.AskPassword("Password: ")}";
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
    }

    private static string ReasonOf(Exception failure)
    {
        for (Exception? cause = failure; cause != null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "connect: connection refused";
                case SocketException socket:
                    return socket.Message;
                case AuthenticationException tls:
                    return tls.Message;
            }
        }

        return failure is OperationCanceledException ? "context deadline exceeded" : failure.Message;
    }

    private static V2Exception Unavailable(List<string> failures, int exitCode)
    {
        var text = new StringBuilder("Error:  client: etcd cluster is unavailable or misconfigured");
        for (int i = 0; i < failures.Count; i++)
        {
            text.Append($"; error #{i}: {failures[i]}\n");
        }

        text.Append('\n');
        for (int i = 0; i < failures.Count; i++)
        {
            text.Append($"error #{i}: {failures[i]}\n");
        }

        return new V2Exception(exitCode, text.Append('\n').ToString());
    }

    private async Task<V2Answer?> TryAsync(
        HttpRequestMessage request, string endpoint, List<string> failures, bool waits, CancellationToken cancel)
    {
        using var header = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            if (!waits && _headerTimeout > TimeSpan.Zero)
            {
                header.CancelAfter(_headerTimeout);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, header.Token).ConfigureAwait(false);
            if ((int)response.StatusCode >= 500)
            {
                failures.Add((int)response.StatusCode is 500 or 503
                    ? $"client: etcd member {endpoint} has no leader"
                    : $"client: etcd member {endpoint} returns server error [{response.ReasonPhrase}]");
                return null;
            }

            string body = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            string index = response.Headers.TryGetValues("X-Etcd-Index", out var values) ? values.First() : "0";
            return new V2Answer((int)response.StatusCode, body, index);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            failures.Add($"client: endpoint {endpoint} exceeded header timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            string reason = ReasonOf(failure);
            failures.Add(reason.StartsWith("connect:", StringComparison.Ordinal) ? $"dial tcp {request.RequestUri!.Authority}: {reason}" : reason);
        }

        return null;
    }

    private void TellCurl(HttpMethod method, Uri url, string? body, bool isJson)
    {
        if (_isDebug)
        {
            string data = body == null ? "" : isJson ? $" -H \"Content-Type: application/json\" -d {GoText.Quote(body)}" : $" -d {GoText.Quote(body)}";
            _error.WriteLine($"cURL Command: curl -X {method} {url}{data}");
        }
    }
}
