#!/bin/sh
# Installs the judges of the interchange tests: the Java one (Paimon and Hadoop
# from Maven Central, our own Judge.java), and in a virtual environment pypaimon,
# PySpark (the SQL oracle) and moto (the S3 server of the sources' test); beside
# them Paimon 2 and Spark 3.5 with the newest Paimon connector that is published for Spark.
# After it ran once nothing is fetched any more. Needs a JDK 11+, Maven 3.8 and
# Python 3.11 with venv. $LAKETOP_JUDGES says where (default /opt/laketop-judges).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
judges=${LAKETOP_JUDGES:-/opt/laketop-judges}
mkdir -p "$judges/java"

if ! "$judges/bin/python" -c 'import pypaimon, pyarrow, pyspark, moto.server' 2>/dev/null || ! cmp -s "$here/requirements.txt" "$judges/requirements.txt"; then
	[ -x "$judges/bin/python" ] || python3 -m venv "$judges"
	"$judges/bin/pip" install --quiet -r "$here/requirements.txt"
	cp "$here/requirements.txt" "$judges/requirements.txt"
fi

connector=org.apache.paimon:paimon-spark-3.5:0.9.0
spark35=$judges/spark35
if [ "$(cat "$spark35/stamp" 2>/dev/null)" != "$connector" ]; then
	[ -x "$spark35/bin/python" ] || python3 -m venv "$spark35"
	"$spark35/bin/pip" install --quiet pyspark==3.5.7
	mvn -q -B -Dstyle.color=never dependency:copy "-Dartifact=$connector" "-DoutputDirectory=$spark35" -Dmdep.stripVersion=true
	printf %s "$connector" >"$spark35/stamp"
fi

# The jar is built anew when its sources changed; engine/judge compares the same
# stamp. It takes the old one's place at once: a judge may be running.
stamp=$(cat "$here/pom.xml" "$here"/src/main/java/laketop/*.java | sha256sum | cut -d' ' -f1)
if [ "$(cat "$judges/java/stamp" 2>/dev/null)" != "$stamp" ]; then
	new=$(mktemp -d "$judges/java-XXXXXX")
	chmod 755 "$new"
	for offline in -o ""; do
		# shellcheck disable=SC2086
		if mvn -q -B -Dstyle.color=never $offline -f "$here/pom.xml" "-Djudge.target=$new" package; then
			printf %s "$stamp" >"$new/stamp"
			break
		fi
	done
	[ -e "$new/stamp" ] && mv "$judges/java" "$new/old" && mv "$new" "$judges/java"
	rm -rf "$judges/java/old" "$new"
fi
[ "$(cat "$judges/java/stamp")" = "$stamp" ]

# The same judge over the newest Paimon 2, which is published inside its Flink connector.
paimon2=org.apache.paimon:paimon-flink-2.0:2.0.0
if [ "$(cat "$judges/java2/stamp" 2>/dev/null)" != "$paimon2" ]; then
	mkdir -p "$judges/java2"
	mvn -q -B -Dstyle.color=never dependency:copy "-Dartifact=$paimon2" "-DoutputDirectory=$judges/java2"
	cp "$judges"/java/lib/hadoop-*.jar "$judges"/java/lib/slf4j-*.jar "$judges/java2/"
	printf %s "$paimon2" >"$judges/java2/stamp"
fi
