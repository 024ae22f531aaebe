namespace ActorEtcd.Host.Http.V2;

/// <summary>A user of the v2 API, as it is stored and as requests about it come (etcd: <c>v2auth.User</c>).</summary>
/// <param name="User">Its name.</param>
/// <param name="Password">Of a stored user the hash, of a request the password itself.</param>
/// <param name="Roles">Never made is another thing than empty.</param>
/// <param name="Grant">Roles to add.</param>
/// <param name="Revoke">Roles to take away.</param>
internal sealed record V2User(string? User, string? Password, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Grant, IReadOnlyList<string>? Revoke)
{
    public const string Root = "root";

    public string Name => User ?? string.Empty;

    /// <summary>The user root has the role root, whatever is stored.</summary>
    public V2User WithRootRole() => Name != Root || Roles?.Contains(V2Role.Root) == true
        ? this
        : this with { Roles = [.. Roles ?? [], V2Role.Root] };

    public string ToJson()
    {
        string password = string.IsNullOrEmpty(Password) ? string.Empty : $",\"password\":{V2Json.Text(Password)}";
        return $"{{\"user\":{V2Json.Text(Name)}{password},\"roles\":{V2Json.List(Roles)}{Optional("grant", Grant)}{Optional("revoke", Revoke)}}}";
    }

    private static string Optional(string name, IReadOnlyList<string>? roles)
        => roles is { Count: > 0 } ? $",\"{name}\":{V2Json.List(roles)}" : string.Empty;
}
