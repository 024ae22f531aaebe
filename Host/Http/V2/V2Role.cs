namespace ActorEtcd.Host.Http.V2;

/// <summary>A role of the v2 API, as it is stored and as requests about it come (etcd: <c>v2auth.Role</c>).</summary>
internal sealed record V2Role(string? Role, V2Permissions? Permissions, V2Permissions? Grant, V2Permissions? Revoke)
{
    public const string Root = "root";
    public const string Guest = "guest";

    public static readonly V2Role RootRole = Everything(Root);

    /// <summary>What a guest may do until somebody says otherwise.</summary>
    public static readonly V2Role GuestRole = Everything(Guest);

    public string Name => Role ?? string.Empty;

    /// <summary>Whether a holder may use the key, or all below it.</summary>
    public bool Allows(string key, bool isWrite, bool isRecursive)
    {
        if (Name == Root)
        {
            return true;
        }

        V2KeyPatterns? patterns = Permissions?.Kv;
        return (isWrite ? patterns?.Write : patterns?.Read)?.Any(pattern => Matches(pattern, key, isRecursive)) == true;
    }

    public string ToJson()
    {
        string grant = Grant is null ? string.Empty : $",\"grant\":{Grant.ToJson()}";
        string revoke = Revoke is null ? string.Empty : $",\"revoke\":{Revoke.ToJson()}";
        return $"{{\"role\":{V2Json.Text(Name)},\"permissions\":{(Permissions ?? V2Permissions.None).ToJson()}{grant}{revoke}}}";
    }

    private static bool Matches(string pattern, string key, bool isRecursive) => pattern.EndsWith('*')
        ? key.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : !isRecursive && pattern.Length > 0 && key == pattern;

    private static V2Role Everything(string name) => new(name, new V2Permissions(new V2KeyPatterns(["/*"], ["/*"])), null, null);
}
