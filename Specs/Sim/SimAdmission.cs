using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// What the log alone says of each write: whether at its place an alarm for space was active, or its user was not allowed.
/// Such a write must take effect nowhere, and no read may tell what its user could read neither then nor later.
/// </summary>
internal sealed class SimAdmission(SimWorld world)
{
    public const string User = "app";
    public const string Role = "apps";

    private readonly Dictionary<string, (long Index, string? Refusal)> _writes = [];
    private readonly List<(long Index, AuthState State)> _auth = [(0, AuthState.Initial)];
    private readonly HashSet<MemberId> _full = [];
    private long _index;

    /// <summary>Writes that were refused at their place in the log.</summary>
    public int Refusals { get; private set; }

    private AuthState Auth => _auth[^1].State;

    /// <summary>The first member applies the entry.</summary>
    public void Committed(LogEntry entry)
    {
        world.Check(entry.Index == _index + 1, $"entry {entry.Index} is committed after {_index}");
        _index = entry.Index;
        if (entry.Kind != EntryKind.Command)
        {
            return;
        }

        var (_, command, requester) = CommandCodec.Decode(entry.Data);
        switch (command)
        {
            case AlarmRequest { Alarm: AlarmType.NoSpace, Action: AlarmAction.Activate } alarm:
                world.Count(SimFault.SpaceAlarm);
                _full.Add(alarm.Member);
                break;
            case AlarmRequest { Alarm: AlarmType.NoSpace, Action: AlarmAction.Deactivate } alarm:
                _full.Remove(alarm.Member);
                break;
            case AlarmRequest { Alarm: AlarmType.Corrupt, Action: AlarmAction.Activate } alarm:
                world.Fail($"alarm CORRUPT for member {alarm.Member}");
                break;
            case AuthRequest change:
                Change(change, requester);
                break;
            case PutRequest put:
                Judge(put, requester);
                break;
            case TxnRequest txn:
                foreach (PutRequest put in txn.Success.OfType<PutRequest>())
                {
                    Judge(put, requester);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>A member has the value in its history.</summary>
    public void TookEffect(long revision, string value) => world.Check(
        !_writes.TryGetValue(value, out var write) || write.Refusal is null,
        $"{value} of entry {write.Index} took effect at revision {revision}: {write.Refusal}");

    /// <summary>The user was told the key's value in the store after a write.</summary>
    public void ReadAnswered(Bytes key, string? newestValue)
    {
        long from = newestValue is null ? 0 : _writes.GetValueOrDefault(newestValue).Index;
        int first = _auth.FindLastIndex(known => known.Index <= from);
        world.Check(
            _auth.Skip(first).Any(known => Refusal(known.State, new AuthInfo(User, known.State.Revision), key, isWrite: false) is null),
            $"{User} was told {key} as of entry {from}, and may read it in no state since");
    }

    private void Change(AuthRequest change, AuthInfo? requester)
    {
        if (Auth.IsEnabled && requester?.User != AuthUser.Root)
        {
            return;
        }

        try
        {
            AuthState next = AuthTransitions.Apply(Auth, change);
            if (!ReferenceEquals(next, Auth))
            {
                world.Count(SimFault.UsersChanged);
                _auth.Add((_index, next));
            }
        }
        catch (EtcdException)
        {
            // Refused: nothing changes.
        }
    }

    private void Judge(PutRequest put, AuthInfo? requester)
    {
        string? refusal = _full.Count > 0
            ? $"an alarm for space of {string.Join(", ", _full)} is active"
            : Refusal(Auth, requester, put.Key, isWrite: true);
        Refusals += refusal is null ? 0 : 1;
        _writes[System.Text.Encoding.UTF8.GetString(put.Value.Span)] = (_index, refusal);
    }

    // The rules anew, for the single keys that the simulation grants.
    private static string? Refusal(AuthState auth, AuthInfo? requester, Bytes key, bool isWrite)
    {
        if (!auth.IsEnabled)
        {
            return null;
        }

        if (requester is null || requester.Revision < auth.Revision)
        {
            return $"users and roles are at {auth.Revision}, it came from {requester}";
        }

        if (requester.User == AuthUser.Root)
        {
            return null;
        }

        ImmutableArray<string> roles = auth.FindUser(requester.User)?.Roles ?? [];
        bool isAllowed = roles.Select(auth.FindRole).OfType<AuthRole>().SelectMany(static role => role.Permissions).Any(permission =>
            permission.Key == key && (permission.Type == PermissionType.ReadWrite || permission.Type == (isWrite ? PermissionType.Write : PermissionType.Read)));
        return isAllowed ? null : $"{requester.User} may not at {auth.Revision}";
    }
}
