using System.Net.Http.Headers;
using System.Text.Json;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Logging;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Proxy;

/// <summary>Passes requests to members of a cluster and their answers back as they come (etcd 3.4: <c>proxy/httpproxy</c>).</summary>
internal sealed class HttpProxy : IDisposable
{
    private const string Caller = "proxy";
    private const long BodyBytesMax = 64L * 1024 * 1024;

    // They are between two neighbours; what is behind makes its own.
    private static readonly HashSet<string> OneHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host",
    };

    private readonly ProxyEndpoints _endpoints;
    private readonly HttpMessageInvoker _http;
    private readonly ProxyOptions _options;
    private readonly LogWriter _log;

    public HttpProxy(ProxyOptions options, ProxyEndpoints endpoints, HttpMessageHandler handler, LogWriter log)
    {
        _options = options;
        _endpoints = endpoints;
        _http = new HttpMessageInvoker(handler);
        _log = log;
    }

    public HttpRouter Map(HttpRouter router) => router
        .MapGet("/v2/config/local/proxy", ConfigAsync)
        .Map("/", call => _options.IsReadOnly && !HttpMethods.IsGet(call.Method) ? Refuse(call) : PassAsync(call));

    public void Dispose() => _http.Dispose();

    private static ValueTask Refuse(HttpCall call)
    {
        call.SetStatus(StatusCodes.Status501NotImplemented);
        return ValueTask.CompletedTask;
    }

    private ValueTask ConfigAsync(HttpCall call)
    {
        var config = new { endpoints = _endpoints.Available.Select(static url => url.GetLeftPart(UriPartial.Authority)) };
        return call.RespondAsync(StatusCodes.Status200OK, "text/plain; charset=utf-8", JsonSerializer.Serialize(config) + "\n");
    }

    private async ValueTask PassAsync(HttpCall call)
    {
        if (await call.ReadBodyAsync(BodyBytesMax) is not { } body)
        {
            await ErrorAsync(call, StatusCodes.Status413PayloadTooLarge, "request body too large");
            return;
        }

        var endpoints = _endpoints.Available;
        if (endpoints.Count == 0)
        {
            await ErrorAsync(call, StatusCodes.Status503ServiceUnavailable, "zero endpoints currently available");
            return;
        }

        foreach (var endpoint in endpoints)
        {
            if (await AskAsync(call, body, endpoint) is { } response)
            {
                using (response)
                {
                    await AnswerAsync(call, response);
                }

                return;
            }
        }

        await ErrorAsync(call, StatusCodes.Status502BadGateway, $"unable to get response from {endpoints.Count} endpoint(s)");
    }

    private async Task<HttpResponseMessage?> AskAsync(HttpCall call, byte[] body, Uri endpoint)
    {
        using var request = RequestOf(call, body, endpoint);
        try
        {
            return await _http.SendAsync(request, call.Aborted);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !call.Aborted.IsCancellationRequested)
        {
            _endpoints.Failed(endpoint);
            _log.Write(LogSeverity.Warn, Caller, "failed to direct request", ("endpoint", endpoint.ToString()), ("error", failure.Message));
            return null;
        }
    }

    private static HttpRequestMessage RequestOf(HttpCall call, byte[] body, Uri endpoint)
    {
        var query = call.RawQuery.Length > 0 ? "?" + call.RawQuery : string.Empty;
        var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(endpoint, GoUrl.EscapePath(call.GoPath) + query));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in call.RequestHeaders)
        {
            if (!OneHop.Contains(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        if (call.Connection?.RemoteIpAddress is { } client)
        {
            var before = call.RequestHeaders.TryGetValue("X-Forwarded-For", out var chain) ? chain + ", " : string.Empty;
            request.Headers.Remove("X-Forwarded-For");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", before + client);
        }

        return request;
    }

    private static async Task AnswerAsync(HttpCall call, HttpResponseMessage response)
    {
        call.SetStatus((int)response.StatusCode);
        CopyHeaders(call, response.Headers);
        CopyHeaders(call, response.Content.Headers);

        // What a member has sent is passed on at once: a stream of events has no end to wait for.
        await using var content = await response.Content.ReadAsStreamAsync(call.Aborted);
        await call.ResponseBody.FlushAsync(call.Aborted);
        while (true)
        {
            int count = await content.ReadAsync(call.ResponseBody.GetMemory(), call.Aborted);
            if (count == 0)
            {
                return;
            }

            call.ResponseBody.Advance(count);
            await call.ResponseBody.FlushAsync(call.Aborted);
        }
    }

    private static void CopyHeaders(HttpCall call, HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!OneHop.Contains(name))
            {
                call.ResponseHeaders[name] = values.ToArray();
            }
        }
    }

    private static ValueTask ErrorAsync(HttpCall call, int status, string text)
        => call.RespondAsync(status, "application/json", JsonSerializer.Serialize(new { message = "httpproxy: " + text }));
}
