using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http;

/// <summary>
/// Paths of plain HTTP, matched as Go's ServeMux does: exactly, or, when the pattern ends in a slash, every path below
/// it, the longest pattern first. Filled at start.
/// </summary>
public sealed class HttpRouter
{
    private readonly Dictionary<string, HttpHandler> _exact = [];
    private readonly List<(string Prefix, HttpHandler Handler)> _below = [];

    public HttpRouter Map(string pattern, HttpHandler handler)
    {
        _exact.Add(pattern, handler);
        if (pattern.EndsWith('/'))
        {
            _below.Add((pattern, handler));
            _below.Sort((a, b) => b.Prefix.Length - a.Prefix.Length);
        }

        return this;
    }

    /// <summary>A path that answers GET only; other methods get 405, as etcd's own handlers answer.</summary>
    public HttpRouter MapGet(string pattern, HttpHandler handler) => Map(pattern, call =>
    {
        if (HttpMethods.IsGet(call.Method))
        {
            return handler(call);
        }

        call.ResponseHeaders.Allow = HttpMethods.Get;
        return call.ErrorAsync(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
    });

    internal ValueTask RouteAsync(HttpCall call)
    {
        if (GoUrl.FaultOf(call.RawPath) is not null)
        {
            // As Go's server ends requests that it cannot read.
            call.ResponseHeaders.Connection = "close";
            return call.RespondAsync(StatusCodes.Status400BadRequest, "text/plain; charset=utf-8", "400 Bad Request");
        }

        string path = call.GoPath;
        if (path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal))
        {
            string clean = GoUrl.CleanPath(path);
            if (clean != path)
            {
                return RedirectAsync(call, clean);
            }
        }

        HttpHandler? handler = Find(call.Path);
        if (handler is null && _exact.ContainsKey(call.Path + "/"))
        {
            return RedirectAsync(call, path + "/");
        }

        return handler is null ? call.ErrorAsync(StatusCodes.Status404NotFound, "404 page not found") : handler(call);
    }

    private static ValueTask RedirectAsync(HttpCall call, string path)
    {
        string location = GoUrl.EscapePath(path) + (call.RawQuery.Length > 0 ? "?" + call.RawQuery : string.Empty);
        call.ResponseHeaders.Location = location;
        if (!HttpMethods.IsGet(call.Method) && !HttpMethods.IsHead(call.Method))
        {
            call.SetStatus(StatusCodes.Status301MovedPermanently);
            return ValueTask.CompletedTask;
        }

        string link = location.Replace("&", "&amp;", StringComparison.Ordinal);
        return call.RespondAsync(
            StatusCodes.Status301MovedPermanently, "text/html; charset=utf-8", $"<a href=\"{link}\">Moved Permanently</a>.\n\n");
    }

    private HttpHandler? Find(string path)
    {
        if (_exact.TryGetValue(path, out HttpHandler? handler))
        {
            return handler;
        }

        foreach ((string prefix, HttpHandler below) in _below)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                return below;
            }
        }

        return null;
    }
}
