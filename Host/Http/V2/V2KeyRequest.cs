using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>A request on <c>/v2/keys</c>, checked as etcd checks it (<c>v2http.parseKeyRequest</c>).</summary>
internal sealed record V2KeyRequest
{
    /// <summary>The path below <c>/v2/keys</c>, which users' permissions are about.</summary>
    public required string Key { get; init; }

    /// <summary>For the log; its path is that in the store.</summary>
    public required V2Request Request { get; init; }

    public bool IsQuorum { get; init; }

    public bool IsWait { get; init; }

    public bool IsStream { get; init; }

    public ulong Since { get; init; }

    /// <summary>A change is answered without what it changed.</summary>
    public bool WithoutNodes { get; init; }

    /// <param name="method">The request's method.</param>
    /// <param name="key">Its path below <c>/v2/keys</c>.</param>
    /// <param name="form">Its parameters.</param>
    /// <param name="now">Unix nanoseconds.</param>
    /// <exception cref="V2RequestException">It makes no sense.</exception>
    public static V2KeyRequest Read(string method, string key, V2Form form, long now)
    {
        ulong prevIndex = Index(form, "prevIndex");
        ulong since = Index(form, "waitIndex");
        bool isRecursive = form.Switch("recursive") ?? false;
        bool isSorted = form.Switch("sorted") ?? false;
        bool isWait = form.Switch("wait") ?? false;
        bool isDirectory = form.Switch("dir") ?? false;
        bool isQuorum = form.Switch("quorum") ?? false;
        bool isStream = form.Switch("stream") ?? false;
        Require(!isWait || method == "GET", V2ErrorCode.InvalidField, "\"wait\" can only be used with GET requests");
        string prevValue = form.Text("prevValue");
        Require(
            prevValue.Length > 0 || !form.Has("prevValue"), V2ErrorCode.PreviousValueRequired, "\"prevValue\" cannot be empty");
        bool withoutNodes = form.Switch("noValueOnSuccess") ?? false;
        long expiresAt = ExpiresAt(form, now);
        bool? prevExist = form.Switch("prevExist", quotesName: false);
        bool? refresh = form.Switch("refresh", quotesName: false);
        if (refresh == true)
        {
            Require(form.Text("value").Length == 0, V2ErrorCode.RefreshWithValue, "A value was provided on a refresh");
            Require(form.Text("ttl").Length > 0, V2ErrorCode.RefreshTtlRequired, "No TTL value set");
        }

        return new V2KeyRequest
        {
            Key = key,
            IsQuorum = isQuorum,
            IsWait = isWait,
            IsStream = isStream,
            Since = since,
            WithoutNodes = withoutNodes,
            Request = new V2Request(method, V2Path.Clean(V2Path.Keys + "/" + key))
            {
                Value = form.Text("value"),
                IsDirectory = isDirectory,
                PrevValue = prevValue,
                PrevIndex = prevIndex,
                PrevExist = prevExist,
                ExpiresAt = expiresAt,
                IsRecursive = isRecursive,
                IsSorted = isSorted,
                Time = now,
                Refresh = refresh,
            },
        };
    }

    private static ulong Index(V2Form form, string name)
        => form.TryNumber(name, out ulong index)
            ? index
            : throw new V2RequestException(V2ErrorCode.IndexNotANumber, $"invalid value for \"{name}\"");

    // Numbers too large for a time run over, as in etcd.
    private static long ExpiresAt(V2Form form, long now)
    {
        if (form.Text("ttl").Length == 0)
        {
            return V2Node.Never;
        }

        Require(form.TryNumber("ttl", out ulong seconds), V2ErrorCode.TtlNotANumber, "invalid value for \"ttl\"");
        return unchecked(now + ((long)seconds * 1_000_000_000));
    }

    private static void Require(bool isRight, V2ErrorCode code, string cause)
    {
        if (!isRight)
        {
            throw new V2RequestException(code, cause);
        }
    }
}
