using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>auth, user and role of the v2 API.</summary>
internal static class V2AuthCommands
{
    private const string Path = "/v2/auth";

    public static Task EnableAsync(V2Context context) => SwitchAsync(context, HttpMethod.Put, "Authentication Enabled");

    public static Task DisableAsync(V2Context context) => SwitchAsync(context, HttpMethod.Delete, "Authentication Disabled");

    public static Task ListUsersAsync(V2Context context) => ListAsync(context, "users", "user");

    public static Task ListRolesAsync(V2Context context) => ListAsync(context, "roles", "role");

    public static async Task AddUserAsync(V2Context context)
    {
        string given = Name(context, "Please provide a username");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        int colon = given.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? given : given[..colon];
        string password = colon < 0 ? Ask(context) : given[(colon + 1)..];
        await SendAsync(client, HttpMethod.Put, $"/users/{Escaped(user)}", User(user).Field("password", password).Raw("roles", "null").End()).ConfigureAwait(false);
        context.Out.WriteLine($"User {user} created");
    }

    public static async Task GetUserAsync(V2Context context)
    {
        string user = Name(context, "Please provide a username");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        using var found = await SendAsync(client, HttpMethod.Get, $"/users/{Escaped(user)}").ConfigureAwait(false);
        var roles = V2Json.Items(found.RootElement, "roles").ToArray();
        var names = roles.Select(static role => role.ValueKind == JsonValueKind.String ? role.GetString()! : V2Json.Text(role, "role"));

        // etcdctl leaves a blank for each role that is told with its permissions.
        string blanks = new(' ', roles.Count(static role => role.ValueKind == JsonValueKind.Object));
        context.Out.WriteLine($"User: {V2Json.Text(found.RootElement, "user")}\nRoles: {blanks}{string.Join(' ', names)}");
    }

    public static async Task RemoveUserAsync(V2Context context)
    {
        string user = Name(context, "Please provide a username");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        await SendAsync(client, HttpMethod.Delete, $"/users/{Escaped(user)}").ConfigureAwait(false);
        context.Out.WriteLine($"User {user} removed");
    }

    public static async Task ChangePasswordAsync(V2Context context)
    {
        string user = Name(context, "Please provide a username");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        await SendAsync(client, HttpMethod.Put, $"/users/{Escaped(user)}", User(user).Field("password", Ask(context)).Raw("roles", "null").End(), mustExist: true).ConfigureAwait(false);
        context.Out.WriteLine("Password updated");
    }

    public static Task GrantUserAsync(V2Context context) => ChangeUserAsync(context, "grant");

    public static Task RevokeUserAsync(V2Context context) => ChangeUserAsync(context, "revoke");

    public static async Task AddRoleAsync(V2Context context)
    {
        string role = Name(context, "Please provide a role name");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var existing = await client.SendAsync(HttpMethod.Get, $"{Path}/roles/{Escaped(role)}").ConfigureAwait(false);
        if (existing.IsSuccess)
        {
            throw Refusal($"Role {role} already exists");
        }

        var json = new JsonText().Begin().Field("role", role, always: true).Raw("permissions", "{\"kv\":{\"read\":null,\"write\":null}}").End();
        await SendAsync(client, HttpMethod.Put, $"/roles/{Escaped(role)}", json).ConfigureAwait(false);
        context.Out.WriteLine($"Role {role} created");
    }

    public static async Task GetRoleAsync(V2Context context)
    {
        string role = Name(context, "Please provide a role name");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        using var found = await SendAsync(client, HttpMethod.Get, $"/roles/{Escaped(role)}").ConfigureAwait(false);
        var (read, write) = PermissionsOf(found.RootElement);
        context.Out.Write(
            $"Role: {V2Json.Text(found.RootElement, "role")}\nKV Read:\n{Lines(read)}KV Write:\n{Lines(write)}");
    }

    public static async Task RemoveRoleAsync(V2Context context)
    {
        string role = Name(context, "Please provide a role name");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        await SendAsync(client, HttpMethod.Delete, $"/roles/{Escaped(role)}").ConfigureAwait(false);
        context.Out.WriteLine($"Role {role} removed");
    }

    public static Task GrantRoleAsync(V2Context context) => ChangeRoleAsync(context, "grant");

    public static Task RevokeRoleAsync(V2Context context) => ChangeRoleAsync(context, "revoke");

    private static async Task SwitchAsync(V2Context context, HttpMethod method, string told)
    {
        CheckNoArguments(context);
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        await SendAsync(client, method, "/enable").ConfigureAwait(false);
        context.Out.WriteLine(told);
    }

    private static async Task ListAsync(V2Context context, string kind, string name)
    {
        CheckNoArguments(context);
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        using var found = await SendAsync(client, HttpMethod.Get, "/" + kind, tellsStatus: kind == "roles").ConfigureAwait(false);
        foreach (var item in V2Json.Items(found.RootElement, kind))
        {
            context.Out.WriteLine(item.ValueKind == JsonValueKind.String ? item.GetString()! : V2Json.Text(item, name));
        }
    }

    private static async Task ChangeUserAsync(V2Context context, string change)
    {
        string[] roles = [.. context.Flags.Text("roles").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        if (roles.Length == 0)
        {
            throw Refusal("No roles specified; please use `--roles`");
        }

        string user = Name(context, "Please provide a username");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        await SendAsync(client, HttpMethod.Put, $"/users/{Escaped(user)}", User(user).Raw("roles", "null").Field(change, roles).End(), mustExist: true).ConfigureAwait(false);
        context.Out.WriteLine($"User {user} updated");
    }

    private static async Task ChangeRoleAsync(V2Context context, string change)
    {
        var (path, reads, writes) = GrantOf(context.Flags);
        string role = Name(context, "Please provide a role name");
        using var client = await context.ConnectAsync().ConfigureAwait(false);
        (string[] Read, string[] Write) before;
        using (var found = await SendAsync(client, HttpMethod.Get, $"/roles/{Escaped(role)}").ConfigureAwait(false))
        {
            before = PermissionsOf(found.RootElement);
        }

        string quoted = JsonText.Quoted(path);
        var json = new JsonText().Begin().Field("role", role, always: true)
            .Raw("permissions", "{\"kv\":{\"read\":null,\"write\":null}}")
            .Raw(change, $"{{\"kv\":{{\"read\":{(reads ? $"[{quoted}]" : "null")},\"write\":{(writes ? $"[{quoted}]" : "null")}}}}}")
            .End();
        using var changed = await SendAsync(client, HttpMethod.Put, $"/roles/{Escaped(role)}", json).ConfigureAwait(false);
        var after = PermissionsOf(changed.RootElement);
        if (before.Read.SequenceEqual(after.Read) && before.Write.SequenceEqual(after.Write))
        {
            context.Out.Write($"Role unchanged; already {(change == "grant" ? "granted" : "revoked")}");
        }

        context.Out.WriteLine($"Role {role} updated");
    }

    private static (string Path, bool Reads, bool Writes) GrantOf(V2Flags flags)
    {
        string path = flags.Text("path");
        if (path.Length == 0)
        {
            throw Refusal("No path specified; please use `--path`");
        }

        string canonical = Canonical(path);
        if (canonical != path)
        {
            throw Refusal($"Not canonical path; please use `--path={canonical}`");
        }

        bool both = flags.Switch("readwrite");
        bool reads = flags.Switch("read");
        bool writes = flags.Switch("write");
        return new[] { both, reads, writes }.Count(static one => one) == 1
            ? (path, reads || both, writes || both)
            : throw Refusal("Please specify exactly one of --read, --write or --readwrite");
    }

    // One slash in front, none twice, a last one kept.
    private static string Canonical(string path)
    {
        string joined = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != "."));
        return path.EndsWith('/') && joined != "/" ? joined + "/" : joined;
    }

    private static (string[] Read, string[] Write) PermissionsOf(JsonElement role)
        => V2Json.Find(role, "permissions") is { } permissions && V2Json.Find(permissions, "kv") is { } kv
            ? (V2Json.Texts(kv, "read"), V2Json.Texts(kv, "write"))
            : ([], []);

    private static string Lines(string[] paths) => string.Concat(paths.Select(static path => $"\t{path}\n"));

    private static JsonText User(string user) => new JsonText().Begin().Field("user", user, always: true);

    private static string Escaped(string name) => Uri.EscapeDataString(name);

    private static string Ask(V2Context context)
    {
        try
        {
            return context.Console.AskPassword("New password: ");
        }
        catch (EndOfStreamException end)
        {
            throw Refusal($"Error reading password: {end.Message}");
        }
    }

    private static string Name(V2Context context, string refusal)
        => context.Arguments is [var name] ? name : throw Refusal(refusal);

    private static void CheckNoArguments(V2Context context)
    {
        if (context.Arguments.Count > 0)
        {
            throw Refusal("No arguments accepted");
        }
    }

    private static async Task<JsonDocument> SendAsync(V2Client client, HttpMethod method, string path, JsonText? json = null, bool mustExist = false, bool tellsStatus = false)
    {
        var answer = await client.SendAsync(method, Path + path, json?.ToString(), isJson: true).ConfigureAwait(false);
        if (tellsStatus && !answer.IsSuccess)
        {
            throw Refusal($"unexpected status code {answer.Status}");
        }

        try
        {
            var document = JsonDocument.Parse(answer.Body.Length == 0 ? "{}" : answer.Body);
            // A server that made what was to be changed says so with another status, and no message.
            bool isDone = mustExist ? answer.Status == 200 : answer.IsSuccess;
            return isDone ? document : throw Refusal(V2Json.Text(document.RootElement, "message"));
        }
        catch (JsonException)
        {
            throw Refusal($"unexpected answer with status {answer.Status}");
        }
    }

    private static V2Exception Refusal(string reason) => new(V2Exit.Error, reason + "\n");
}
