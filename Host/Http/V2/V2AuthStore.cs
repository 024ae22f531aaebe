using System.Text;
using System.Text.Json;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>
/// Users and roles of the v2 API. They are kept in the v2 store itself, where no client sees them, as JSON (etcd:
/// <c>v2auth</c>), so they are replicated and restored with it. They have nothing to do with those of v3.
/// </summary>
internal sealed class V2AuthStore(EtcdNode node, Bcrypt bcrypt, TimeProvider time)
{
    private const string EnabledPath = V2Path.Auth + "/enabled";
    private const string UsersPath = V2Path.Auth + "/users";
    private const string RolesPath = V2Path.Auth + "/roles";

    public static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    private volatile bool _hasDirectories;

    public async ValueTask<bool> IsEnabledAsync()
    {
        var (found, _) = await GetAsync(EnabledPath, isQuorum: false);
        return found?.Node.Value == "true";
    }

    /// <exception cref="V2AuthException">It makes no sense now.</exception>
    public async ValueTask EnableAsync()
    {
        Require(!await IsEnabledAsync(), 409, "already enabled");
        if (await FindUserAsync(V2User.Root, isQuorum: true) is null)
        {
            throw new V2AuthException(409, "No root user available, please create one");
        }

        if (await FindRoleAsync(V2Role.Guest, isQuorum: true) is null)
        {
            await CreateRoleAsync(V2Role.GuestRole);
        }

        await SetAsync(EnabledPath, "true", exists: true);
    }

    /// <exception cref="V2AuthException">It makes no sense now.</exception>
    public async ValueTask DisableAsync()
    {
        Require(await IsEnabledAsync(), 409, "already disabled");
        await SetAsync(EnabledPath, "false", exists: true);
    }

    public async ValueTask<IReadOnlyList<string>> UserNamesAsync() => [.. await NamesBelowAsync(UsersPath)];

    public async ValueTask<IReadOnlyList<string>> RoleNamesAsync()
        => [.. (await NamesBelowAsync(RolesPath)).Append(V2Role.Root).Order(StringComparer.Ordinal)];

    /// <exception cref="V2AuthException">There is none.</exception>
    public async ValueTask<V2User> UserAsync(string name)
        => await FindUserAsync(name, isQuorum: false) ?? throw new V2AuthException(404, $"User {name} does not exist.");

    /// <exception cref="V2AuthException">There is none.</exception>
    public async ValueTask<V2Role> RoleAsync(string name)
        => await FindRoleAsync(name, isQuorum: false) ?? throw new V2AuthException(404, $"Role {name} does not exist.");

    public async ValueTask<V2User?> FindUserAsync(string name, bool isQuorum = false)
        => (await ReadAsync<V2User>($"{UsersPath}/{name}", isQuorum))?.WithRootRole();

    public async ValueTask<V2Role?> FindRoleAsync(string name, bool isQuorum = false)
        => name == V2Role.Root ? V2Role.RootRole : await ReadAsync<V2Role>($"{RolesPath}/{name}", isQuorum);

    public async ValueTask<bool> IsPasswordAsync(V2User user, string password)
        => user.Password is { Length: > 0 } hash && await bcrypt.IsOfAsync(Encoding.UTF8.GetBytes(hash), password);

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask<(V2User User, bool IsCreated)> CreateOrUpdateUserAsync(V2User user)
        => await FindUserAsync(user.Name, isQuorum: true) is null
            ? (await CreateUserAsync(user), true)
            : (await UpdateUserAsync(user), false);

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask<V2User> CreateUserAsync(V2User user)
    {
        user = user.WithRootRole();
        Require(!string.IsNullOrEmpty(user.Password), 400, $"Cannot create user {user.Name} with an empty password");
        user = user with { Password = Encoding.ASCII.GetString(await bcrypt.HashAsync(user.Password!)) };
        await SetAsync($"{UsersPath}/{user.Name}", user.ToJson(), exists: false, 409, $"User {user.Name} already exists.");
        return user;
    }

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask<V2User> UpdateUserAsync(V2User change)
    {
        V2User old = await FindUserAsync(change.Name, isQuorum: true)
            ?? throw new V2AuthException(404, $"User {change.Name} does not exist.");
        V2User user = await MergedAsync(old, change);
        Require(
            user.ToJson() != old.ToJson(), 400, "User not updated. Use grant/revoke/password to update the user.");
        await SetAsync($"{UsersPath}/{user.Name}", user.ToJson(), exists: true);
        return user;
    }

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask DeleteUserAsync(string name)
    {
        Require(
            name != V2User.Root || !await IsEnabledAsync(), 403, "Cannot delete root user while auth is enabled.");
        await DeleteAsync($"{UsersPath}/{name}", $"User {name} does not exist");
    }

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask CreateRoleAsync(V2Role role)
    {
        RequireNotRoot(role.Name);
        await SetAsync($"{RolesPath}/{role.Name}", role.ToJson(), exists: false, 409, $"Role {role.Name} already exists.");
    }

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask<V2Role> UpdateRoleAsync(V2Role change)
    {
        RequireNotRoot(change.Name);
        V2Role old = await FindRoleAsync(change.Name, isQuorum: true)
            ?? throw new V2AuthException(404, $"Role {change.Name} does not exist.");
        V2Permissions permissions = (old.Permissions ?? V2Permissions.None).Granted(change.Grant).Revoked(change.Revoke);
        var role = new V2Role(old.Role, permissions, null, null);
        Require(role.ToJson() != old.ToJson(), 400, "Role not updated. Use grant/revoke to update the role.");
        await SetAsync($"{RolesPath}/{role.Name}", role.ToJson(), exists: true);
        return role;
    }

    /// <exception cref="V2AuthException">It cannot be.</exception>
    public async ValueTask DeleteRoleAsync(string name)
    {
        RequireNotRoot(name);
        await DeleteAsync($"{RolesPath}/{name}", $"Role {name} doesn't exist.");
    }

    private async ValueTask<V2User> MergedAsync(V2User old, V2User change)
    {
        string? hash = string.IsNullOrEmpty(change.Password)
            ? old.Password
            : Encoding.ASCII.GetString(await bcrypt.HashAsync(change.Password));
        var roles = new SortedSet<string>(old.Roles ?? [], StringComparer.Ordinal);
        foreach (string role in change.Grant ?? [])
        {
            Require(roles.Add(role), 409, $"Granting duplicate role {role} for user {change.Name}");
        }

        foreach (string role in change.Revoke ?? [])
        {
            Require(roles.Remove(role), 409, $"Revoking ungranted role {role} for user {change.Name}");
        }

        return new V2User(old.User, hash, [.. roles], null, null);
    }

    private static void RequireNotRoot(string role) => Require(role != V2Role.Root, 403, $"Cannot modify role {role}: is root role.");

    private static void Require(bool isRight, int status, string message)
    {
        if (!isRight)
        {
            throw new V2AuthException(status, message);
        }
    }

    private async ValueTask<IEnumerable<string>> NamesBelowAsync(string path)
    {
        var (found, error) = await GetAsync(path, isQuorum: false);
        return found is null
            ? error!.Code == V2ErrorCode.KeyNotFound ? [] : throw new V2StoreException(error)
            : found.Node.Nodes.Select(static user => V2Path.NameOf(user.Key)).Order(StringComparer.Ordinal);
    }

    private async ValueTask<T?> ReadAsync<T>(string path, bool isQuorum)
        where T : class
    {
        var (found, error) = await GetAsync(path, isQuorum);
        if (found is null && error!.Code != V2ErrorCode.KeyNotFound)
        {
            throw new V2StoreException(error);
        }

        return found?.Node.Value is { } json ? JsonSerializer.Deserialize<T>(json, Json) : null;
    }

    private ValueTask<(V2Event? Event, V2Error? Error)> GetAsync(string path, bool isQuorum)
        => node.V2GetAsync(V2Path.Clean(path), isRecursive: false, isQuorum, V2Time.Now(time));

    private async ValueTask SetAsync(string path, string value, bool exists, int conflictStatus = 0, string conflict = "")
    {
        await MakeDirectoriesAsync();
        V2Error? error = await PutAsync(new V2Request(V2Request.Put, V2Path.Clean(path)) { Value = value, PrevExist = exists });
        Require(error?.Code != V2ErrorCode.NodeExists, conflictStatus, conflict);
        ThrowOn(error);
    }

    private async ValueTask DeleteAsync(string path, string missing)
    {
        await MakeDirectoriesAsync();
        V2Error? error = await PutAsync(new V2Request(V2Request.Delete, V2Path.Clean(path)) { PrevExist = true });
        Require(error?.Code != V2ErrorCode.KeyNotFound, 404, missing);
        ThrowOn(error);
    }

    // etcd's order, so that the store's index goes as far.
    private async ValueTask MakeDirectoriesAsync()
    {
        if (_hasDirectories)
        {
            return;
        }

        foreach (string path in (string[])[V2Path.Auth, UsersPath, RolesPath])
        {
            ThrowUnlessThere(await PutAsync(new V2Request(V2Request.Put, path) { IsDirectory = true, PrevExist = false }));
        }

        ThrowUnlessThere(await PutAsync(new V2Request(V2Request.Put, EnabledPath) { Value = "false", PrevExist = false }));
        _hasDirectories = true;
    }

    private async ValueTask<V2Error?> PutAsync(V2Request request) => (await node.V2Async(request)).Error;

    private static void ThrowUnlessThere(V2Error? error) => ThrowOn(error?.Code == V2ErrorCode.NodeExists ? null : error);

    private static void ThrowOn(V2Error? error)
    {
        if (error is not null)
        {
            throw new V2StoreException(error);
        }
    }
}
