namespace ActorEtcd.Host.Http.V2;

/// <summary>What a role permits (etcd: <c>v2auth.Permissions</c>).</summary>
internal sealed record V2Permissions(V2KeyPatterns? Kv)
{
    public static readonly V2Permissions None = new(Kv: null);

    public static bool IsNothing(V2Permissions? permissions)
        => permissions?.Kv is not { } kv || (kv.Read is not { Count: > 0 } && kv.Write is not { Count: > 0 });

    public string ToJson() => $"{{\"kv\":{{\"read\":{V2Json.List(Kv?.Read)},\"write\":{V2Json.List(Kv?.Write)}}}}}";

    /// <summary>With more patterns.</summary>
    /// <exception cref="V2AuthException">One of them is there already.</exception>
    public V2Permissions Granted(V2Permissions? more)
    {
        return more is null ? this : new V2Permissions(new V2KeyPatterns(
            With(Kv?.Read, more.Kv?.Read, "read"), With(Kv?.Write, more.Kv?.Write, "write")));
    }

    /// <summary>Without some patterns; those that are not there do not matter.</summary>
    public V2Permissions Revoked(V2Permissions? fewer)
    {
        return fewer is null ? this : new V2Permissions(new V2KeyPatterns(
            Without(Kv?.Read, fewer.Kv?.Read), Without(Kv?.Write, fewer.Kv?.Write)));
    }

    private static string[] With(IReadOnlyList<string>? old, IReadOnlyList<string>? added, string kind)
    {
        var patterns = new SortedSet<string>(old ?? [], StringComparer.Ordinal);
        foreach (string pattern in added ?? [])
        {
            if (!patterns.Add(pattern))
            {
                throw new V2AuthException(409, $"Granting duplicate {kind} permission {pattern}");
            }
        }

        return [.. patterns];
    }

    private static string[] Without(IReadOnlyList<string>? old, IReadOnlyList<string>? removed)
        => [.. (old ?? []).Except(removed ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
