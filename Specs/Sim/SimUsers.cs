using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Messages;

namespace ActorEtcd.Specs.Sim;

/// <summary>The operator of users and roles, and the one user who is not allowed everything.</summary>
internal sealed class SimUsers(SimWorld world)
{
    public static readonly Credentials Root = new(null, AuthUser.Root);

    private static readonly Credentials App = new(null, SimAdmission.User);

    /// <summary>Makes what is missing, then changes what matters for the user, one step at a time.</summary>
    public async Task ChangeAsync(SimMember member)
    {
        AuthState known = member.Node!.Auth;
        AuthRequest change = known switch
        {
            _ when known.FindUser(AuthUser.Root) is null => new AuthRequest.UserAdd(AuthUser.Root, string.Empty, HasNoPassword: true),
            _ when !known.FindUser(AuthUser.Root)!.IsRoot => new AuthRequest.UserGrantRole(AuthUser.Root, AuthUser.Root),
            _ when known.FindUser(SimAdmission.User) is null => new AuthRequest.UserAdd(SimAdmission.User, string.Empty, HasNoPassword: true),
            _ when known.FindRole(SimAdmission.Role) is null => new AuthRequest.RoleAdd(SimAdmission.Role),
            _ => AnyChange(),
        };
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.AuthAsync(change, Root));
        world.Trace($"operator at {member.Number + 1}: {change}: {(outcome.IsKnown ? outcome.Error.ToString() : "unknown")}");
    }

    /// <summary>A write of the user; what may come of it the log says.</summary>
    public async Task PutAsync(SimMember member, string key)
    {
        (long told, string value) = (world.History.Acknowledged, world.Load.NewValue());
        var put = new PutRequest(Bytes.FromUtf8(key), Bytes.FromUtf8(value));
        SimOutcome<OpResult> outcome = await world.Load.Call(member, node => node.PutAsync(put, App));
        world.Trace($"{SimAdmission.User} at {member.Number + 1}: put {key} {value}: {(outcome.IsKnown ? outcome.Error.ToString() : "unknown")}");
        if (outcome.IsSuccess)
        {
            world.History.PutAnswered(told, outcome.Result!.Revision, key, value);
        }
    }

    public async Task ReadAsync(SimMember member, string key)
    {
        Bytes name = Bytes.FromUtf8(key);
        var read = new RangeRequest { Key = name, Serializable = world.Random.Next(2) == 0 };
        SimOutcome<RangeResult> outcome = await world.Load.Call(member, node => node.RangeAsync(read, App));
        if (outcome.IsSuccess)
        {
            world.Admission.ReadAnswered(name, world.History.NewestValue(outcome.Result!.Revision));
        }
    }

    private AuthRequest AnyChange()
    {
        Bytes key = Bytes.FromUtf8(SimLoad.KeyOf(world.Random.Next(2)));
        return world.Random.Next(7) switch
        {
            0 => new AuthRequest.UserGrantRole(SimAdmission.User, SimAdmission.Role),
            1 => new AuthRequest.UserRevokeRole(SimAdmission.User, SimAdmission.Role),
            2 or 3 => new AuthRequest.RoleGrantPermission(
                SimAdmission.Role, new Permission((PermissionType)world.Random.Next(3), key, default)),
            4 => new AuthRequest.RoleRevokePermission(SimAdmission.Role, key, default),
            5 => world.Random.Next(2) == 0 ? new AuthRequest.Disable() : new AuthRequest.Enable(),
            _ => new AuthRequest.Enable(),
        };
    }
}
