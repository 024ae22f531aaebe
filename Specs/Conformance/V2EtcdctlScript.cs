namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Every command of etcdctl's v2 API with its flags, in the form of <see cref="EtcdctlCase"/>; a plus sign in front means in
/// each of its formats. The calls build on one another.
/// </summary>
internal static class V2EtcdctlScript
{
    public const string Text =
        """
        + set testdir/testkey0 0
        + set testdir/testkey1 1
        set testdir/testkey2 2
        set --ttl 500 ttl/a x
        + set --ttl 500 ttl/b x
        + set --swap-with-value x ttl/a y
        set --swap-with-value x ttl/a y
        set --swap-with-index 1 ttl/a y
        + set --swap-with-index 999 ttl/a y
        set testdir x
        set stdin | from standard input
        set -- -dash -value
        set empty ""
        set
        -o nonsense set a b
        + get testdir/testkey2
        + get --quorum testdir/testkey2
        get -q --sort testdir/testkey2
        get ttl/a
        + get testdir
        + get none
        get
        get a b
        ls
        ls /
        ls /testdir
        ls testdir/testkey0
        ls -r
        ls -r -p
        ls --recursive -p --sort
        + ls --sort --recursive
        + ls -q --sort /testdir
        ls none
        + mk new 1
        mk new/below 1
        + mk --ttl 500 new2 1
        mk --in-order queue first
        + mk --in-order queue next
        mk --in-order --ttl 50 queue last
        mk
        + mkdir dir
        mkdir --ttl 500 dir2
        mkdir dir/deeper/still
        mkdir
        + setdir dir
        + setdir dir3
        setdir --ttl 300 dir3
        setdir --ttl 300 dir4
        setdir
        + updatedir dir3
        updatedir --ttl 200 dir3
        + updatedir none
        updatedir new
        + update new 2
        update --ttl 300 new 3
        + update none 2
        update dir 2
        update
        + watch --after-index 4 testdir/testkey0
        + watch --after-index 4 --recursive testdir
        watch --after-index 5 -r /
        watch --after-index x testdir
        watch
        + rm new
        rm dir
        rm --dir dir
        rm --dir none
        + rm --recursive testdir
        rm --with-value z ttl/a
        rm --with-index 3 ttl/a
        + rm --with-value y ttl/a
        rm
        + rmdir queue
        + rmdir dir2
        rmdir dir3
        rmdir
        + rm -r queue
        member list
        member list extra
        member add
        member add x
        member add x nonsense
        member add x http://127.0.0.1:1/path
        member remove
        member remove abc
        member update
        member update abc http://127.0.0.1:1
        member update xyz http://127.0.0.1:1
        cluster-health
        user list
        user add root | rootpw\n
        user add root | rootpw\n
        user add ann | annpw\n
        user add ben | benpw\n
        user add
        user list
        user get root
        user get ann
        user get none
        role add reader
        role add reader
        role add writer
        role add root
        role add
        role list
        role grant reader --path /a* --read
        role grant reader --path /b --readwrite
        role grant reader --path /b --readwrite
        role grant reader --path /c
        role grant reader --read
        role grant none --path /b --read
        role get reader
        role get root
        role get none
        role revoke reader --path /b --write
        role revoke reader --path /none --rw
        role get reader
        role remove writer
        role remove writer
        role remove root
        user grant ann --roles reader
        user grant ann --roles reader
        user grant ann --roles none,other
        user grant nobody --roles reader
        user get ann
        user revoke ann --roles other
        user revoke ann --roles other
        user get ann
        user passwd ann | newpw\n
        user passwd nobody | newpw\n
        user remove ben
        user remove ben
        auth disable
        auth enable
        set a 1
        user list
        --username root:rootpw role revoke guest --path /* --rw
        --username root:rootpw role get guest
        set a 2
        get a
        -u ann:newpw get a
        -u ann:annpw get a
        -u ann:newpw set a 3
        -u ann:newpw get b
        -u ann:newpw ls -r /
        -u ann:newpw user list
        -u ann:newpw role list
        role list
        -u ann:newpw member remove abc
        -u root:rootpw set a 3
        -u root:wrong set a 3
        -u root get a | rootpw\n
        -u root:rootpw ls --sort -r /
        -u root:rootpw auth enable
        -u root:rootpw user remove root
        -u root:rootpw user list
        -u root:rootpw auth disable
        auth disable
        user remove root
        auth enable
        --no-sync get a
        --timeout 40s --total-timeout 50s get a
        """;
}
