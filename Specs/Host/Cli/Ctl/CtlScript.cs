namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>What matters to the tool itself: how it reads command lines. The servers' part is in EtcdctlScript.</summary>
internal static class CtlScript
{
    public const string Text =
        """
        version
        ver
        foo
        pt a
        get --foo a
        get -z a
        get a --limit
        get a --limit=x
        get a --limit x
        get a --limit=99999999999999999999
        get a --rev=0x10
        get --prefix=maybe a
        get --prefix=true g
        get --prefix=0 g
        get a -w
        get -wjson nothing
        get -w=fields nothing
        get -w fields -- nothing
        -w json get nothing
        --write-out=fields get nothing
        get a --dial-timeout=5
        get a --dial-timeout=1x
        get a --command-timeout=1m30s
        get --debug=false a
        put quote "it's \"quoted\" and √ö"
        get quote -w fields
        get quote -w json
        put tab "a	b"
        get tab -w fields
        get tab --hex
        put del/a 1
        put del/b 2
        put "q ü" x
        txn | value("q ü") = "x"\n\nget "q ü"\n\n\n
        txn | val("\x71 ü") = "x"\n\nput "es\tcaped" single\n\n\n
        get es --prefix -w fields
        txn | value(a) = "x"\n\n\n\n
        txn | value("a") = "x\n\n\n\n
        txn | size("a") = "1"\n\n\n\n
        txn | mod("a") = "x"\n\n\n\n
        txn | \nfly a\n\n\n
        txn | \nput a\n\n\n
        txn | \nget\n\n\n
        txn | value("a") = "x"
        txn extra
        lease extra
        lease grant 1 2
        lease keep-alive
        lease list extra
        alarm list extra
        alarm disarm extra
        auth enable extra
        auth disable extra
        user list extra
        role list extra
        role grant-permission a read
        role grant-permission a fly b
        role grant-permission a read b c --prefix
        role grant-permission a read b c --from-key
        role grant-permission a read b --prefix --from-key
        role revoke-permission a
        user grant-role a
        user revoke-role a
        user add a b
        user add :x
        user add "" --no-password
        user passwd
        snapshot save
        snapshot save /nowhere/at/all
        snapshot status
        snapshot status /nowhere/at/all
        snapshot restore
        make-mirror
        make-mirror a b
        move-leader
        get a --cacert=/nowhere/ca.pem
        get a --cert=/nowhere/a.pem
        get a --cert= --key=/nowhere
        get a --user=root:x
        endpoint status extra
        compaction 1 2
        watch a b --prefix
        watch a --
        watch --rev=x a
        watch -i | watch\n
        watch -i | fly a\n
        watch -i | \n
        watch -i | watch a b --prefix\n
        """;
}
