using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>A role and its permissions for people.</summary>
internal static class RoleText
{
    private const string OpenEnd = "\0";

    public static void Write(CtlWriter output, string role, AuthRoleGetResponse answer, CtlVersion version)
    {
        output.WriteLine($"Role {role}");
        bool isAll = version.Minor >= 6 && role == "root" && answer.Perm.Count == 0;
        foreach (var (title, other) in new[] { ("KV Read:", Permission.Types.Type.Write), ("KV Write:", Permission.Types.Type.Read) })
        {
            output.WriteLine(title);
            if (isAll)
            {
                output.WriteLine("\t[, <open ended>");
            }

            foreach (var permission in answer.Perm.Where(permission => permission.PermType != other))
            {
                output.WriteLine("\t" + Range(permission, version));
            }
        }
    }

    public static string Revoked(string role, string key, string rangeEnd) => rangeEnd switch
    {
        "" => $"Permission of key {key} is revoked from role {role}",
        OpenEnd => $"Permission of range [{key}, <open ended> is revoked from role {role}",
        _ => $"Permission of range [{key}, {rangeEnd}) is revoked from role {role}",
    };

    private static string Range(Permission permission, CtlVersion version)
    {
        string key = permission.Key.ToStringUtf8();
        string end = permission.RangeEnd.ToStringUtf8();
        if (end.Length == 0)
        {
            return key;
        }

        string range = end == OpenEnd ? $"[{key}, <open ended>" : $"[{key}, {end})";
        bool isPrefix = KeyRange.PrefixEnd(permission.Key).Equals(permission.RangeEnd) && (key.Length > 0 || version.Minor < 6);
        return isPrefix ? $"{range} (prefix {key})" : range;
    }
}
